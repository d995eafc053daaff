import { clamp, isClosed, isOpen, lag, stroke } from './dynamics.ts';
import { contact, type TagOf } from './tag.ts';

type LoadingPhase = 'idle' | 'connecting' | 'filling' | 'done' | 'stopped';

/** Loading arm L-2201: trucks come, connect, are filled to a preset and leave. */
export interface Loading {
  readonly phase: LoadingPhase;
  /** Seconds in this phase. */
  readonly since: number;
  readonly valve: number;
  readonly pump: number;
  /** kg/h. */
  readonly flow: number;
  /** This batch and ever, kg. */
  readonly batch: number;
  readonly batchNumber: number;
  readonly total: number;
  readonly isGrounded: boolean;
  readonly isStopped: boolean;
}

export interface LoadingInput {
  readonly enabled: number;
  readonly grounding: number;
  readonly emergencyStop: number;
  /** Outlet valve of the tank that feeds the arm, and what is in it, kg. */
  readonly tankValve: number;
  readonly available: number;
}

const PRESET = 25_000;
const FILLING_RATE = 60_000;
/** One truck of 25 t every two and a half hours takes what the unit makes. */
const IDLE_SECONDS = 7350;
const PHASES: readonly LoadingPhase[] = ['idle', 'connecting', 'filling', 'done', 'stopped'];

export const loadingAtRest: Loading = {
  phase: 'filling',
  since: 0,
  valve: 1,
  pump: 1,
  flow: FILLING_RATE,
  batch: 4_000,
  batchNumber: 4711,
  total: 1_204_000,
  isGrounded: true,
  isStopped: false,
};

export const stepLoading = (from: Loading, input: LoadingInput, dt: number): Loading => {
  const isTruckThere = from.phase !== 'idle';
  const isGrounded = isTruckThere && input.grounding > 0.5;
  const isStopped = input.emergencyStop > 0.5;
  const next = nextPhase(from, { isGrounded, isStopped, isEnabled: input.enabled > 0.5 });
  const valve = stroke(from.valve, next === 'filling' ? 1 : 0, dt, 3);
  const pump = lag(from.pump, next === 'filling' ? 1 : 0, dt, 2);
  const flow = FILLING_RATE * pump * valve * input.tankValve * clamp(input.available / 5000, 0, 1);
  const filled = (flow * dt) / 3600;
  const isNewBatch = next === 'filling' && from.phase === 'connecting';
  return {
    phase: next,
    since: next === from.phase ? from.since + dt : 0,
    valve,
    pump,
    flow,
    batchNumber: from.batchNumber + (isNewBatch ? 1 : 0),
    batch: (isNewBatch ? 0 : from.batch) + filled,
    total: from.total + filled,
    isGrounded,
    isStopped,
  };
};

const nextPhase = (
  from: Loading,
  now: { readonly isGrounded: boolean; readonly isStopped: boolean; readonly isEnabled: boolean },
): LoadingPhase => {
  const { phase, since, batch } = from;
  const isSafe = now.isGrounded && !now.isStopped;
  if (phase === 'idle') return since >= IDLE_SECONDS && now.isEnabled ? 'connecting' : 'idle';
  if (phase === 'connecting') return since >= 60 && isSafe ? 'filling' : 'connecting';
  if (phase === 'done') return since >= 90 ? 'idle' : 'done';
  if (!isSafe) return 'stopped';
  if (phase === 'stopped') return since >= 30 ? 'filling' : 'stopped';
  return batch >= PRESET ? 'done' : 'filling';
};

export const loadingTags: readonly TagOf<Loading>[] = [
  {
    point: 'L-2201.phase',
    tag: 'XI-2201',
    zh: '装车状态',
    en: 'Loading phase',
    kind: 'state',
    unit: '',
    read: (l) => PHASES.indexOf(l.phase),
  },
  {
    point: 'L-2201.flow',
    tag: 'FI-2201',
    zh: '装车流量',
    en: 'Loading flow',
    kind: 'flow',
    unit: 't/h',
    range: [0, 100],
    noise: 0.05,
    read: (l) => l.flow / 1000,
  },
  {
    point: 'L-2201.batch',
    tag: 'FQI-2201',
    zh: '本车装车量',
    en: 'Loaded in this batch',
    kind: 'quantity',
    unit: 'kg',
    range: [0, 40_000],
    read: (l) => l.batch,
  },
  {
    point: 'L-2201.total',
    tag: 'FQT-2201',
    zh: '累计装车量',
    en: 'Loaded in total',
    kind: 'quantity',
    unit: 'kg',
    range: [0, 4_000_000_000],
    read: (l) => l.total,
  },
  contact('P-2201.running', 'YI-2201', ['装车泵运行', 'Loading pump running'], (l) => l.pump > 0.5),
  contact('L-2201.grounding', 'XS-2201', ['静电接地', 'Static grounding made'], (l) => l.isGrounded),
  contact('L-2201.permit', 'XS-2202', ['装车允许', 'Loading permitted'], (l) => l.isGrounded && !l.isStopped),
  contact('L-2201.emergency-stop', 'HS-2201', ['装车急停', 'Loading emergency stop'], (l) => l.isStopped),
  contact('XV-2201.open', 'ZSO-2201', ['装车阀开到位', 'Loading valve open'], (l) => isOpen(l.valve)),
  contact('XV-2201.closed', 'ZSC-2201', ['装车阀关到位', 'Loading valve closed'], (l) => isClosed(l.valve)),
];
