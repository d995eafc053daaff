import { isBitArea, registersOf, type Area } from '../value-type.ts';
import { interpretations, type Interpretation } from './interpret.ts';

/** A run of registers as read. */
export interface RegisterRun {
  readonly area: Area;
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A way to get the instrument's reading from the device. */
export interface Proposal extends Interpretation {
  readonly area: Area;
  readonly register: number;
  /** Multiplies the raw value; 1 where none is needed. */
  readonly factor: number;
  /** Distance from the reading, in its unit. */
  readonly error: number;
}

/** Ways to scale that devices use. */
const factors = [1, 0.1, 0.01, 0.001, 10, 100, 1000];
/** Chances that a device uses a type for a measurement: before the reading is looked at. */
const usual: Partial<Record<Interpretation['type'], number>> = {
  float32: 8,
  int16: 6,
  uint16: 6,
  int32: 3,
  uint32: 3,
  float64: 2,
  bytedecimal: 1,
};

/**
 * Finds the registers that hold what the instrument shows. `tolerance` is how far the value may be off: half of the last
 * digit shown, or what the process moved meanwhile. The likeliest comes first.
 */
export function propose(runs: readonly RegisterRun[], reading: number, tolerance: number): Proposal[] {
  const found: Proposal[] = [];
  for (const { area, start, bytes } of runs) {
    if (isBitArea(area)) continue;
    for (let at = 0; at < bytes.length; at += 2)
      for (const interpretation of interpretations(bytes, at))
        for (const factor of factorsFor(interpretation)) {
          const error = Math.abs(interpretation.value * factor - reading);
          if (error <= tolerance) found.push({ ...interpretation, area, register: start + at / 2, factor, error });
        }
  }
  const best = found.sort((a, b) => weigh(b, tolerance) - weigh(a, tolerance) || a.register - b.register);
  return best.filter((proposal, index) => best.findIndex((other) => isSame(other, proposal)) === index);
}

/** Floats carry their unit already. */
const factorsFor = ({ type }: Interpretation): readonly number[] =>
  type.startsWith('float') || type === 'bytedecimal' ? [1] : factors;

/** A match of many bits is less likely to be chance; so is one with a usual type, order and factor. */
function weigh({ type, order, factor, error }: Proposal, tolerance: number): number {
  const isOddOrder = order === 'BADC' || order === 'DCBA';
  const closeness = tolerance === 0 ? 1 : 1 - (0.5 * error) / tolerance;
  return (usual[type] ?? 0.5) * (isOddOrder ? 0.3 : 1) * (factor === 1 ? 1 : factor < 1 ? 0.8 : 0.3) * closeness;
}

/** The same registers read as signed and unsigned, or as both floats of a pair, are one proposal. */
const isSame = (a: Proposal, b: Proposal): boolean =>
  a.register === b.register &&
  a.area === b.area &&
  a.factor === b.factor &&
  a.value === b.value &&
  registersOf[a.type] === registersOf[b.type] &&
  a.order === b.order;

/** Half of the last digit that was written: 23.5 → 0.05, 120 → 0.5. */
export function halfDigit(reading: string): number {
  const decimals = /\.(\d+)$/.exec(reading)?.[1]?.length ?? 0;
  return 0.5 * 10 ** -decimals * (1 + 1e-9);
}

/** The address as written in a site file. */
export function addressText(
  { area, register, type, order }: Omit<Proposal, 'value' | 'factor' | 'error'>,
  unit: number,
): string {
  const at = `${area}:0x${register.toString(16).toUpperCase().padStart(4, '0')}`;
  return [at, type, order, `unit=${unit}`].filter((word) => word !== undefined).join(' ');
}
