import type { Text } from '#agent/model/alarm.ts';
import type { PointId, ZoneId } from '#agent/model/ids.ts';

/** 0 is fair, 3 the highest. */
export type LightningTier = 0 | 1 | 2 | 3;

/** A tier that something can raise. */
export type RaisedTier = Exclude<LightningTier, 0>;

/** Tiers by one set of inputs, as a site has decided them. Times are milliseconds. */
export interface LightningDefinition {
  /** Unique in the site, e.g. `lightning` or `lightning/tank-farm`. */
  readonly id: string;
  /** At least one. */
  readonly inputs: readonly LightningInput[];
  /** The point that shows the tier, 0 to 3. */
  readonly tierPoint: PointId;
  /** The point that shows how long the highest tier lasts at least, minutes; absent: none. */
  readonly holdPoint?: PointId;
  readonly advice: readonly LightningAdvice[];
  /** A field must be beyond a limit, or a level reported, this long before its tier is raised. A jump raises at once. */
  readonly raiseAfterMs: number;
  /** All that is below a tier must have stayed below it this long, seen by inputs in order, before the tier is lowered. */
  readonly clearAfterMs: number;
  /** The derived samples are repeated this often, so that they do not go stale. */
  readonly repeatMs: number;
}

export type LightningInput =
  /** A field mill in kV/m, of either sign. Give it the peak within each interval rather than the last reading. */
  | { readonly kind: 'field'; readonly point: PointId; readonly tiers: readonly [number, number, number] }
  /** The level of a warning system of its own. Keys as `String(value)`, every value that it can have: any other is doubt. */
  | { readonly kind: 'level'; readonly point: PointId; readonly tiers: Readonly<Record<string, LightningTier>> }
  /**
   * Jumps of the field or flashes counted by a device: of each interval, or in total since the device started. So many
   * within a time raise the tier at once.
   */
  | {
      readonly kind: 'jumps';
      readonly point: PointId;
      readonly counts: 'interval' | 'total';
      readonly atLeast: number;
      readonly withinMs: number;
      readonly tier: RaisedTier;
    };

/** What people in some zones should stop, from a tier on. Its point is true meanwhile; an ordinary state alarm tells them. */
export interface LightningAdvice {
  readonly point: PointId;
  readonly fromTier: RaisedTier;
  readonly zones: readonly ZoneId[];
  /** What to stop, e.g. { zh: '停止装卸作业', en: 'Stop loading' }. */
  readonly text: Text;
}

/**
 * Where a site has decided nothing yet. No standard gives limits in kV/m: published figures run from 1 (launch sites)
 * over 2 (ordnance) to 4–8 (makers of mills), and the place of the mill alone changes its reading severalfold. A raw
 * mill needs the site's own decision; these only have the order of magnitude. The half hour is the 30-30 rule.
 */
export const lightningDefaults = {
  fieldTiers: [2, 4, 8],
  jumps: { counts: 'interval', atLeast: 2, withinMs: 600_000, tier: 2 },
  raiseAfterMs: 3000,
  clearAfterMs: 1_800_000,
  repeatMs: 5000,
} as const;

/** The shortest hold that is still a hold. Milliseconds */
const SHORTEST_CLEAR_MS = 1_200_000;

/** What is wrong with a definition, one sentence each; empty when nothing is. For whoever reads it from configuration. */
export function faultsOf({ inputs, clearAfterMs, raiseAfterMs, repeatMs, advice }: LightningDefinition): string[] {
  const unordered = inputs.filter((input) => input.kind === 'field' && !isAscending(input.tiers));
  return [
    inputs.length === 0 ? 'a lightning watch without inputs can never warn' : '',
    clearAfterMs < SHORTEST_CLEAR_MS ? 'the all-clear must wait at least 20 minutes; 30 is the usual rule' : '',
    raiseAfterMs < 0 || repeatMs < 1000 ? 'the raise delay cannot be negative, nor the repetition below 1 s' : '',
    advice.length === 0 ? 'a lightning watch without advice stops nothing' : '',
    ...unordered.map(({ point }) => `the limits of ${point} must be above zero and rise from tier to tier`),
  ].filter(Boolean);
}

const isAscending = ([first, second, third]: readonly [number, number, number]): boolean =>
  first > 0 && second > first && third > second;
