import { Flag } from '#agent/model/flags.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { StateTable } from './state-table.ts';

/** Where the journal remembers which samples an unsynchronised clock stamped; one key a range. */
export const RESTAMP_SCOPE = 'journal.restamp';

/**
 * Samples that were stamped before the box knew the time. Records never change, receivers may have them: what is read
 * back for people carries the time that it should have had, and receivers are told the range with what to add.
 */
export interface Restamp {
  /** Records of stream `sample`. Times are UTC ms: what the clock said just before it was set, and just after. */
  readonly first: number;
  readonly last: number;
  readonly before: number;
  readonly after: number;
}

export const restampsIn = (state: Pick<StateTable, 'scope'>): readonly Restamp[] =>
  [...state.scope(RESTAMP_SCOPE).values()].filter(isRestamp);

const isRestamp = (value: unknown): value is Restamp =>
  typeof value === 'object' &&
  value !== null &&
  ['first', 'last', 'before', 'after'].every((key) => key in value && Number.isFinite(Reflect.get(value, key)));

/** A device whose own clock is within this of the corrected time had been right all along. */
const PLAUSIBLE_MS = 60_000;

/** The sample of record `seq` with the time that it should have had. */
export function restamped(sample: Sample, seq: number, restamps: readonly Restamp[]): Sample {
  const restamp = restamps.find(({ first, last }) => first <= seq && seq <= last);
  if (!restamp || isAfterStep(sample, seq, restamp)) return sample;
  const addMs = restamp.after - restamp.before;
  const receiveTime = sample.receiveTime + addMs;
  const isOwnTime = (sample.flags & (Flag.clockSuspect | Flag.backfilled)) === 0;
  if (isOwnTime) return { ...sample, receiveTime, sourceTime: sample.sourceTime + addMs };
  const isPlausible = Math.abs(sample.sourceTime - receiveTime) <= PLAUSIBLE_MS;
  return { ...sample, receiveTime, flags: isPlausible ? sample.flags & ~Flag.clockSuspect : sample.flags };
}

/** The last record may hold samples from before and after the clock was set. */
const isAfterStep = ({ receiveTime }: Sample, seq: number, { last, before, after }: Restamp): boolean =>
  seq === last && Math.abs(receiveTime - after) < Math.abs(receiveTime - before);
