import type { Affine } from '#agent/model/placement.ts';

/**
 * One plane on which something can be shown: the map of a locating system, or the site itself where nobody is located.
 * Implemented by agent/line.
 */
export interface PlanGround {
  /** The map's id; `site` where there is none. */
  readonly id: string;
  /** From the site's metres to those of the map. Absent: the same. */
  readonly fromSite?: Affine;
  /** Whether y grows away from the reader, as on paper; false where it grows downwards, as on a screen. */
  readonly isUp: boolean;
  readonly zones: readonly PlanZone[];
}

export interface PlanZone {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  /** Empty: every floor. */
  readonly floors: readonly string[];
  /** Outline first, then holes. Metres of the map. */
  readonly rings: readonly (readonly (readonly [number, number])[])[];
}

/** What a plan shows, in metres of its map. */
export interface PlanFrame {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** Where somebody put a thing on the plan: a point or what it is on, by its id. */
export interface PlanMark {
  readonly of: string;
  readonly x: number;
  readonly y: number;
}

/** An image under the plan, which fills its frame. */
export interface PlanDrawing {
  /** Name within the directory of drawings. */
  readonly file: string;
  readonly type: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly sha256: string;
}

/** What people said about a plan. */
export interface KeptPlan {
  readonly drawing?: PlanDrawing | undefined;
  readonly frame?: PlanFrame | undefined;
  readonly marks: readonly PlanMark[];
}

/** One plan as it is shown: a map, or one floor of it. */
export interface PlanView extends PlanGround {
  readonly floor?: string;
  readonly frame: PlanFrame;
  readonly drawing?: PlanDrawing;
  readonly marks: readonly PlanMark[];
}

/** Beyond the zones, as a share of their extent. */
const MARGIN = 0.04;

/** Every plan that there is to show. @param keptOf what is known of a plan, by its id */
export function plansOf(
  grounds: readonly PlanGround[],
  keptOf: (plan: string) => KeptPlan | undefined,
): readonly PlanView[] {
  const all = grounds.length > 0 ? grounds : [{ id: 'site', isUp: false, zones: [] }];
  return all.flatMap((ground) => {
    const floors = [...new Set(ground.zones.flatMap((zone) => zone.floors))].toSorted();
    const single: readonly (string | undefined)[] = [undefined];
    return (floors.length > 0 ? floors : single).map((floor): PlanView => {
      const id = floor === undefined ? ground.id : `${ground.id}@${floor}`;
      const zones = ground.zones.filter(
        (zone) => floor === undefined || zone.floors.length === 0 || zone.floors.includes(floor),
      );
      const { drawing, frame, marks = [] } = keptOf(id) ?? {};
      return {
        ...ground,
        id,
        zones,
        ...(floor !== undefined && { floor }),
        // The floors of one map lie over each other: by all its zones, so that they look alike.
        frame: frame ?? frameOf(ground.zones, drawing),
        ...(drawing && { drawing }),
        marks,
      };
    });
  });
}

function frameOf(zones: readonly PlanZone[], drawing: PlanDrawing | undefined): PlanFrame {
  const corners = zones.flatMap(({ rings }) => rings.flat());
  if (corners.length === 0) return { left: 0, right: drawing?.width ?? 160, bottom: 0, top: drawing?.height ?? 90 };
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)];
  const [left, right, bottom, top] = [lowest(xs), -lowest(xs.map((x) => -x)), lowest(ys), -lowest(ys.map((y) => -y))];
  const margin = MARGIN * Math.max(right - left, top - bottom, 1);
  return { left: left - margin, right: right + margin, bottom: bottom - margin, top: top + margin };
}

const lowest = (numbers: readonly number[]): number =>
  numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
