import type { SampleValue } from './sample.ts';

/**
 * Somebody stood at the instrument and compared what it shows with what the agent reads. Kept for hand-over: which points
 * were checked, by whom, with what result.
 */
export interface LoopCheck {
  /** Point id. */
  readonly point: string;
  /** UTC ms at which the two were compared. */
  readonly time: number;
  /** Account. */
  readonly who: string;
  /** What the agent had then; `quality` as in {@link Quality}, `good` alone is fit for use. Absent: it had no value. */
  readonly read?: { readonly value: SampleValue; readonly quality: string; readonly reason?: string };
  /** What the instrument showed, in the unit of the point. */
  readonly instrument: SampleValue;
  readonly verdict: 'good' | 'bad';
  /** The value came from a simulator: it says nothing about the plant. */
  readonly isSimulated: boolean;
  /** What was seen besides; may be empty. */
  readonly remark: string;
}

/** Where the journal keeps them: by point, the newest first. */
export const LOOP_CHECK_SCOPE = 'loop-check';

/** Older ones of a point are in the audit alone. */
export const LOOP_CHECKS_KEPT = 10;

/** What stands in the scope {@link LOOP_CHECK_SCOPE} of the journal's state, by point. What can't be read is left out. */
export const loopChecksIn = (state: ReadonlyMap<string, unknown>): ReadonlyMap<string, readonly LoopCheck[]> =>
  new Map(
    [...state].map(([point, kept]) => [point, (Array.isArray(kept) ? kept : []).filter((one) => isLoopCheck(one))]),
  );

function isLoopCheck(value: unknown): value is LoopCheck {
  if (typeof value !== 'object' || value === null) return false;
  const { point, time, who, instrument, verdict, remark, isSimulated, read } = value as Partial<
    Record<keyof LoopCheck, unknown>
  >;
  return (
    typeof point === 'string' &&
    typeof time === 'number' &&
    typeof who === 'string' &&
    typeof remark === 'string' &&
    typeof isSimulated === 'boolean' &&
    (verdict === 'good' || verdict === 'bad') &&
    isValue(instrument) &&
    (read === undefined || isRead(read))
  );
}

function isRead(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { value: read, quality, reason } = value as { value?: unknown; quality?: unknown; reason?: unknown };
  return isValue(read) && typeof quality === 'string' && (reason === undefined || typeof reason === 'string');
}

const isValue = (value: unknown): boolean => value === null || ['number', 'boolean', 'string'].includes(typeof value);

/**
 * Whether a reading agrees with the instrument. Numbers by `tolerance`, in their unit; without one by a hundredth of
 * `range`, or exactly where there is none. A reading that is not good agrees with nothing. Undefined where that is for
 * people to judge: one is a number, the other a word.
 */
export function agrees(
  read: LoopCheck['read'],
  instrument: SampleValue,
  { tolerance, range }: Allowed,
): boolean | undefined {
  if (read === undefined || read.value === null || read.quality !== 'good') return false;
  const { value } = read;
  if (typeof value !== typeof instrument) return undefined;
  if (typeof value !== 'number' || typeof instrument !== 'number') return value === instrument;
  const allowed = tolerance ?? (range ? (range.high - range.low) * USUAL_TOLERANCE : 0);
  // What a double makes of what people type must not decide.
  return Math.abs(value - instrument) <= allowed * (1 + 1e-9);
}

interface Allowed {
  /** In the unit of the point. */
  readonly tolerance?: number;
  readonly range?: { readonly low: number; readonly high: number };
}

/** Share of the range. Our own choice: no standard gives one for all loops. */
const USUAL_TOLERANCE = 0.01;
