import type { DeviceFault, DeviceName } from '#simulators/device/fault-menus.ts';
import type { HandleName } from '#simulators/plant/handles.ts';

/** What can be done to the site. */
export type Blow =
  | { readonly kind: 'kill'; readonly whom: 'agent' | 'broker' | 'simulators' }
  | { readonly kind: 'device'; readonly fault: DeviceFault }
  | { readonly kind: 'link'; readonly link: LinkName; readonly how: 'cut' | 'half-open' | 'throttled' }
  | { readonly kind: 'disk' }
  /** The wall clock of the agent's machine is set wrong, and set right again. Milliseconds. */
  | { readonly kind: 'clock'; readonly offsetMs: number }
  /** The broker's certificate is over, and is renewed. */
  | { readonly kind: 'certificate' }
  /** Of the second receiver: it takes a message and says nothing, hangs up, or refuses one message again and again. */
  | { readonly kind: 'receiver'; readonly how: 'silent' | 'hangs-up' | 'refuses-one' }
  /** No fault of the system: something in the plant that must raise alarms. */
  | { readonly kind: 'plant'; readonly set: Settings; readonly back: Settings };

type Settings = Readonly<Partial<Record<HandleName, number>>>;
export type LinkName = DeviceName | 'broker' | 'county';

/** One step of the plan. Milliseconds from the start of the run. */
export interface Step {
  readonly at: number;
  readonly forMs: number;
  readonly blow: Blow;
}

export interface Plan {
  readonly seed: number;
  readonly ms: number;
  readonly steps: readonly Step[];
}

/** Before the first blow: the first trouble in the plant must be alarmed by a site that is well. */
const CALM_BEFORE_MS = 15_000;
/** At the end, so that what is left can be delivered. */
const CALM_AFTER_MS = 10_000;
/** From the start of one blow to that of the next. */
const PACE_MS = 8000;
const FIRST_TROUBLE_MS = 1000;
const TROUBLE_EVERY_MS = 20_000;
const TROUBLE_MS = 16_000;

const device = (name: DeviceName, fault: object): Blow => ({
  kind: 'device',
  fault: { device: name, fault } as DeviceFault,
});
const link = (name: LinkName, how: 'cut' | 'half-open' | 'throttled'): Blow => ({ kind: 'link', link: name, how });

/** Every deck begins with these, shuffled: a run of a minute has met them all. */
const first: readonly Blow[] = [
  { kind: 'kill', whom: 'agent' },
  { kind: 'kill', whom: 'broker' },
  { kind: 'kill', whom: 'simulators' },
  { kind: 'disk' },
  device('modbus', { kind: 'wrong-transaction', every: 2 }),
];

/** And goes on with these. Clocks so far that a time by the wrong one can be told from every other of a run of an hour. */
const second: readonly Blow[] = [
  { kind: 'clock', offsetMs: 26 * 3_600_000 },
  { kind: 'clock', offsetMs: -3 * 3_600_000 },
  { kind: 'certificate' },
];

const others: readonly Blow[] = [
  device('opcua', { kind: 'gone' }),
  device('opcua', { kind: 'hang' }),
  device('opcua', { kind: 'slow', delayMs: 700 }),
  device('opcua', { kind: 'namespace-shift' }),
  device('opcua', { kind: 'clock-step', offsetMs: 7_200_000 }),
  device('opcua', { kind: 'clock-step', offsetMs: -90_000 }),
  device('opcua', { kind: 'status', point: 'T-1101.temperature', status: 'BadSensorFailure' }),
  device('opcua', { kind: 'freeze', point: 'T-1101.level' }),
  device('opcua', { kind: 'limits', monitoredItemsPerCall: 10, nodesPerRead: 10 }),
  device('modbus', { kind: 'gone' }),
  device('modbus', { kind: 'reset' }),
  device('modbus', { kind: 'half-open' }),
  device('modbus', { kind: 'slow', delayMs: 700 }),
  device('modbus', { kind: 'late-reply', delayMs: 1500, every: 3 }),
  device('modbus', { kind: 'wrong-unit', every: 2 }),
  device('modbus', { kind: 'exception', code: 4 }),
  device('modbus', { kind: 'exception', code: 6 }),
  device('modbus', { kind: 'bad-register', point: 'TK-2101.temperature', words: [0, 0x7fc0] }),
  device('modbus', { kind: 'truncated', missing: 3, every: 2 }),
  device('modbus', { kind: 'garbage', bytes: 40, every: 3 }),
  device('modbus', { kind: 'split', size: 3 }),
  device('gas-panel', { kind: 'gone' }),
  device('gas-line', { kind: 'bus-down' }),
  device('lightning', { kind: 'cut', every: 2 }),
  device('lightning', { kind: 'wrong-baud' }),
  device('tank-gauge', { kind: 'wrong-checksum', every: 2 }),
  device('sis', { kind: 'gone' }),
  device('vibration', { kind: 'not-ok', channel: 1 }),
  device('filling-skid', { kind: 'flow-no-number' }),
  link('broker', 'cut'),
  link('broker', 'half-open'),
  link('broker', 'throttled'),
  link('opcua', 'cut'),
  link('opcua', 'half-open'),
  link('modbus', 'cut'),
  link('modbus', 'half-open'),
  link('modbus', 'throttled'),
  link('county', 'throttled'),
  { kind: 'receiver', how: 'silent' },
  { kind: 'receiver', how: 'hangs-up' },
  { kind: 'receiver', how: 'refuses-one' },
];

const troubles: readonly Extract<Blow, { kind: 'plant' }>[] = [
  { kind: 'plant', set: { 'C-1501.imbalance': 12 }, back: { 'C-1501.imbalance': 0 } },
  { kind: 'plant', set: { 'P-1401A.run': 0 }, back: { 'P-1401A.run': 1 } },
  { kind: 'plant', set: { 'C-1501.run': 0 }, back: { 'C-1501.run': 1 } },
  {
    kind: 'plant',
    set: { 'leak.rate': 0.05, 'leak.x': 3, 'leak.y': 3 },
    back: { 'leak.rate': 0 },
  },
  { kind: 'plant', set: { 'L-2201.emergency-stop': 1 }, back: { 'L-2201.emergency-stop': 0 } },
];

/** The same seed and length give the same plan. */
export function makePlan(seed: number, ms: number): Plan {
  const random = mulberry32(seed);
  const steps: Step[] = [];
  let deck: Blow[] = [...shuffled(first, random), ...shuffled(second, random), ...shuffled(others, random)];
  const end = ms - CALM_AFTER_MS;
  for (let at = CALM_BEFORE_MS; at < end; at += PACE_MS) {
    const blow = deck.shift();
    if (!blow) break;
    const forMs = Math.min(blow.kind === 'kill' ? 1000 + random() * 2000 : 2500 + random() * 4500, end - at);
    steps.push({ at: at + Math.round(random() * 1000), forMs: Math.round(forMs), blow });
    if (deck.length === 0) deck = shuffled([...first, ...second, ...others], random);
  }
  let queue: (typeof troubles)[number][] = troubles.slice(0, 1);
  for (let at = FIRST_TROUBLE_MS; at + TROUBLE_MS < ms; at += TROUBLE_EVERY_MS) {
    if (queue.length === 0) queue = shuffled(troubles, random);
    const blow = queue.shift();
    if (blow) steps.push({ at, forMs: TROUBLE_MS, blow });
  }
  return { seed, ms, steps: steps.sort((a, b) => a.at - b.at) };
}

/** The blow in a few words. */
export function nameOf(blow: Blow): string {
  if (blow.kind === 'kill') return `kill -9 ${blow.whom}`;
  if (blow.kind === 'device') return `${blow.fault.device} ${blow.fault.fault.kind}`;
  if (blow.kind === 'link') return `link to ${blow.link} ${blow.how}`;
  if (blow.kind === 'receiver') return `receiver ${blow.how}`;
  if (blow.kind === 'clock') return `agent's clock ${blow.offsetMs > 0 ? '+' : ''}${blow.offsetMs / 3_600_000} h`;
  if (blow.kind === 'certificate') return 'certificate of the broker expired';
  return blow.kind === 'disk' ? 'disk full' : `plant ${Object.keys(blow.set).join(', ')}`;
}

function shuffled<T>(list: readonly T[], random: () => number): T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [result[last], result[other]];
    if (one !== undefined && two !== undefined) [result[last], result[other]] = [two, one];
  }
  return result;
}

function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
