import { handles, type HandleName } from '../plant/handles.ts';
import type { DeviceFault } from '../device/fault-menus.ts';
import { machineHandle, type Scenario, type ScenarioStep } from './scenario.ts';

/** One change of the plant, a transmitter or a device. */
export type Change =
  | { readonly kind: 'set'; readonly handle: HandleName; readonly value: number }
  | { readonly kind: 'transmitter'; readonly point: string; readonly does: 'freeze' | 'break' | 'repair' }
  | { readonly kind: 'fault' | 'clear'; readonly fault: DeviceFault };

export interface TimedChange {
  /** Milliseconds from the start of the scenario. */
  readonly atMs: number;
  readonly change: Change;
}

/** The scenario as single changes in the order of time; what a step with `for` did is undone by later changes. */
export const timelineOf = (scenario: Scenario): readonly TimedChange[] =>
  scenario.steps
    .flatMap((step) => {
      const changes = changesOf(step);
      const until = step.for === undefined ? undefined : step.at + step.for;
      return [
        ...changes.map((change) => ({ atMs: step.at, change })),
        ...(until === undefined ? [] : changes.map((change) => ({ atMs: until, change: undo(change) }))),
      ];
    })
    .sort((a, b) => a.atMs - b.atMs);

const changesOf = (step: ScenarioStep): Change[] => {
  const settings = { ...step.set };
  if (step.trip) settings[machineHandle(step.trip)] = 0;
  if (step.contaminate) settings[`${step.contaminate.tank}.contamination`] = step.contaminate.amount;
  return [
    ...Object.entries(settings).map(
      ([handle, value]) => ({ kind: 'set', handle: handle as HandleName, value }) as const,
    ),
    ...(step.freeze ?? []).map((point) => ({ kind: 'transmitter', point, does: 'freeze' }) as const),
    ...(step.break ?? []).map((point) => ({ kind: 'transmitter', point, does: 'break' }) as const),
    ...(step.fault ? [{ kind: 'fault', fault: step.fault } as const] : []),
  ];
};

/** Back to rest: a handle to its normal value, a transmitter to the truth, a device to health. */
const undo = (change: Change): Change => {
  if (change.kind === 'set') return { ...change, value: handles[change.handle].rest };
  if (change.kind === 'transmitter') return { ...change, does: 'repair' };
  return { kind: 'clear', fault: change.fault };
};
