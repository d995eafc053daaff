import type { AlarmOverlay, AlarmPriority, Text } from './alarm.ts';
import type { PointId, ZoneId } from './ids.ts';
import type { WorkKind } from './permit.ts';

/** From the lowest to the highest. 蓝 黄 橙 红 */
export const warningColours = ['blue', 'yellow', 'orange', 'red'] as const;
export type WarningColour = (typeof warningColours)[number];

/** What a point adds to the score, beside alarms and permits. */
export const warningInputKinds = ['people', 'bypass', 'inhibit', 'overdue', 'weather', 'other'] as const;
export type WarningInputKind = (typeof warningInputKinds)[number];

/**
 * How the site's own score is made: a number for whatever stands, summed by kind up to the most that the kind may add.
 * Published with every change of colour by its id and version. It is no formula of any authority.
 */
export interface WarningFormula {
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  readonly alarms: Readonly<Record<AlarmPriority, number>> & {
    /** All alarms of one place together add at most this. */
    readonly most: number;
    /** Times this: an alarm of a statutory role; one that is acknowledged; one whose process is normal again. */
    readonly statutory: number;
    readonly acknowledged: number;
    readonly returned: number;
    /** Times this: an alarm that lies under an overlay; what is hidden from the operator is still so. */
    readonly overlay: Readonly<Record<Exclude<AlarmOverlay, 'none'>, number>>;
  };
  /** Each unit above `from` adds `each`; true counts as 1. */
  readonly inputs: Readonly<
    Record<WarningInputKind, { readonly from: number; readonly each: number; readonly most: number }>
  >;
  /** Work going on under a permit. */
  readonly permits: {
    readonly each: number;
    readonly most: number;
    readonly byWork: Partial<Record<WorkKind, number>>;
  };
  /** Scores from which each colour begins. */
  readonly steps: Readonly<Record<Exclude<WarningColour, 'blue'>, number>>;
  /** A colour is lowered when the score has been this far below its step for this long. */
  readonly lower: { readonly margin: number; readonly afterMs: number };
}

/** One place that has a colour. */
type WarningScope =
  | { readonly kind: 'site' }
  | { readonly kind: 'zone'; readonly zone: ZoneId }
  | { readonly kind: 'hazard-source'; readonly hazardSource: string };

export interface WarningPlace {
  readonly scope: WarningScope;
  /** One of {@link warningColours}. */
  readonly colourPoint: PointId;
  readonly scorePoint: PointId;
}

/** Of the site's own dynamic warning; never the authority's grade of the enterprise. Times are milliseconds. */
export interface WarningLevelDefinition {
  /** `warning-level/risk` */
  readonly id: string;
  readonly name: string;
  /** The site first. Its score is the highest of all places, and of what belongs to none. */
  readonly places: readonly WarningPlace[];
  /** Points by patterns (`*` stands for any characters); zone and hazard source are the point's own. */
  readonly inputs: readonly { readonly kind: WarningInputKind; readonly points: readonly string[] }[];
  readonly formula: WarningFormula;
  readonly repeatMs: number;
}

/** What `view()` of a warning level tells a page. Plain JSON. */
export interface WarningLevelView {
  readonly name: string;
  /** Whose level it is, and whose not. */
  readonly label: Text;
  /** Id and version. */
  readonly formula: string;
  readonly steps: WarningFormula['steps'];
  readonly places: readonly {
    readonly scope: WarningScope;
    readonly colour: WarningColour;
    readonly score: number;
    /** Those that add most first; a few. */
    readonly because: readonly Text[];
  }[];
  /** The authority's grade as it was imported; null where none was. */
  readonly enterpriseGrade: {
    readonly fields: Readonly<Record<string, string | number | boolean | null>>;
    /** UTC ms. */
    readonly since: number;
  } | null;
}

/** Where a point belongs. */
export interface PlacedPoint {
  readonly id: PointId;
  readonly zone?: ZoneId;
  readonly hazardSource?: string;
}
