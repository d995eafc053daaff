import type { Text } from './alarm.ts';
import type { PointId, ZoneId } from './ids.ts';

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
const SHORTEST_REPEAT_MS = 1000;

/** What is wrong with a definition, one clause each, and where. */
export interface LightningFault {
  readonly of: 'inputs' | 'advice' | 'clearAfterMs' | 'raiseAfterMs' | 'repeatMs';
  /** Which of the inputs; absent: all of them. */
  readonly index?: number;
  readonly what: string;
  readonly why: string;
  readonly todo: string;
}

/** Empty when nothing is wrong. For whoever reads a definition from configuration. */
export function faultsOf(definition: LightningDefinition): LightningFault[] {
  const { inputs, clearAfterMs, raiseAfterMs, repeatMs, advice } = definition;
  const faults: LightningFault[] = [];
  if (inputs.length === 0)
    faults.push({ of: 'inputs', what: 'no inputs', why: 'such a watch can never warn', todo: 'name a field mill' });
  if (advice.length === 0)
    faults.push({
      of: 'advice',
      what: 'no advice',
      why: 'such a watch stops nothing',
      todo: 'say what is to be stopped',
    });
  if (clearAfterMs < SHORTEST_CLEAR_MS)
    faults.push({
      of: 'clearAfterMs',
      what: 'the hold is too short',
      why: 'the all-clear must wait at least 20 minutes; 30 is the usual rule',
      todo: 'write 30m',
    });
  if (raiseAfterMs < 0)
    faults.push({ of: 'raiseAfterMs', what: 'the delay is negative', why: 'it is a time', todo: 'write 0 or more' });
  if (repeatMs < SHORTEST_REPEAT_MS)
    faults.push({ of: 'repeatMs', what: 'below 1 s', why: 'it would fill the journal', todo: 'write 1 s or more' });
  for (const [index, input] of inputs.entries()) {
    if (input.kind === 'field' && !isAscending(input.tiers))
      faults.push({
        of: 'inputs',
        index,
        what: `the limits of ${input.point} do not rise`,
        why: 'they are above zero, and each tier begins above the one before',
        todo: 'put them in order',
      });
    if (inputs.findIndex(({ kind, point }) => kind === input.kind && point === input.point) !== index)
      faults.push({
        of: 'inputs',
        index,
        what: `${input.point} is a ${input.kind} input already`,
        why: 'the hold of an input is kept by its kind and point',
        todo: 'delete one of them',
      });
  }
  return faults;
}

const isAscending = ([first, second, third]: readonly [number, number, number]): boolean =>
  first > 0 && second > first && third > second;
