/** The four tables of a Modbus device. */
export type Area = 'coil' | 'discrete' | 'input' | 'holding';

/** How a value lies in its registers. `step` is the engineering value of one count. */
export type Encoding =
  | { readonly type: 'bit' }
  /** Bit `bit` of a word that several points share. */
  | { readonly type: 'word-bit'; readonly bit: number }
  | { readonly type: 'float32' | 'uint32'; readonly order: 'ABCD' | 'CDAB' }
  | { readonly type: 'int16'; readonly step: number }
  | { readonly type: 'uint16'; readonly step: number };

/** Where a point stands, addresses from 0 as on the wire. */
export interface Place {
  readonly point: string;
  readonly area: Area;
  readonly register: number;
  readonly encoding: Encoding;
}

const row = (area: Area, encoding: Encoding, width: number) => (first: number, points: readonly string[]) =>
  points.map((point, index): Place => ({ point, area, register: first + index * width, encoding }));

const floatsCdab = row('input', { type: 'float32', order: 'CDAB' }, 2);
const bits = (area: 'coil' | 'discrete') => row(area, { type: 'bit' }, 1);
const tank = (id: string): string[] =>
  ['level', 'temperature', 'top-temperature', 'pressure', 'mass', 'concentration'].map((what) => `${id}.${what}`);
const limitSwitches = (...valves: number[]): string[] =>
  valves.flatMap((valve) => [`XV-${valve}.open`, `XV-${valve}.closed`]);

/** Status word of the loading arm, bit 0 first. */
const loadingStatus = [
  'P-2201.running',
  'L-2201.grounding',
  'L-2201.permit',
  'L-2201.emergency-stop',
  'XV-2201.open',
  'XV-2201.closed',
];

/**
 * The tank farm's PLC. It mixes types and word orders on purpose, as a PLC does that three suppliers have programmed;
 * between the groups are holes that it answers with exception 02.
 */
export const registerMap: readonly Place[] = [
  ...floatsCdab(0x0000, tank('TK-2101')),
  ...floatsCdab(0x0020, tank('TK-2102')),
  ...bits('discrete')(0x0000, ['TK-2101.high-level-switch', 'TK-2102.high-level-switch']),
  ...bits('coil')(0x0000, limitSwitches(2101, 2103, 2102, 2104)),
  ...row('holding', { type: 'uint16', step: 1 }, 1)(0x0100, ['L-2201.phase']),
  ...loadingStatus.map((point, bit): Place => ({
    point,
    area: 'holding',
    register: 0x0101,
    encoding: { type: 'word-bit', bit },
  })),
  ...row('holding', { type: 'float32', order: 'ABCD' }, 2)(0x0102, ['L-2201.flow']),
  ...row('holding', { type: 'uint32', order: 'ABCD' }, 2)(0x0104, ['L-2201.batch']),
  ...row('holding', { type: 'uint32', order: 'CDAB' }, 2)(0x0106, ['L-2201.total']),
  ...row(
    'holding',
    { type: 'uint16', step: 0.1 },
    1,
  )(0x0200, [
    'AT-1501.hydrogen',
    'AT-1502.hydrogen',
    'AT-1503.hydrogen',
    'AT-1101.hydrogen',
    'AT-1102.hydrogen',
    'AT-1103.hydrogen',
  ]),
  ...row('holding', { type: 'uint16', step: 0.01 }, 1)(0x0206, ['AT-2101.oxygen', 'AT-2102.oxygen']),
  ...row('holding', { type: 'int16', step: 0.1 }, 1)(0x0300, ['weather.wind-speed']),
  ...row('holding', { type: 'uint16', step: 1 }, 1)(0x0301, ['weather.wind-direction']),
  ...row('holding', { type: 'int16', step: 0.1 }, 1)(0x0302, ['weather.temperature']),
];
