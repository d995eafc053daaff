import { placed } from '#agent/model/placement.ts';
import type { PlanView, PlanZone } from '../../plan/plan-view.ts';

export interface PlanPoint {
  readonly x: number;
  readonly y: number;
}

/** As SVG has it: y grows downwards. */
export const drawnY = ({ isUp }: PlanView, y: number): number => (isUp ? -y : y);

/** A hundredth of the plan's longer side: sizes of marks and letters follow it. Metres */
export const unitOf = ({ frame: { left, right, bottom, top } }: PlanView): number =>
  Math.max(right - left, top - bottom) / 100;

/** What the plan shows, as SVG has it. */
export function viewBoxOf(plan: PlanView): string {
  const { left, right, bottom, top } = plan.frame;
  return [left, drawnY(plan, plan.isUp ? top : bottom), right - left, top - bottom].join(' ');
}

/** A place on the site's plane. */
export const onPlan = ({ fromSite }: PlanView, at: PlanPoint): PlanPoint =>
  fromSite ? placed(at.x, at.y, fromSite) : at;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

export function boxOf({ rings: [outline = []] }: PlanZone): Box {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
}

/** Something to be shown, and the zone in which it is known to be. */
export interface Placeable {
  readonly id: string;
  readonly zone?: string | undefined;
}

export interface Place extends PlanPoint {
  /** Nobody said where: somewhere in its zone. */
  readonly isGuess: boolean;
  /** There is no room for its name beside the others. */
  readonly isTight?: boolean;
}

/** Where each thing stands: as somebody put it, else in rows within its zone; without a place if neither is known. */
export function placesOnPlan(plan: PlanView, things: readonly Placeable[]): ReadonlyMap<string, Place> {
  const marks = new Map(plan.marks.map(({ of, x, y }) => [of, { x, y }]));
  const places = new Map<string, Place>();
  const loose = new Map<string, string[]>();
  for (const { id, zone } of things) {
    const mark = marks.get(id);
    if (mark) places.set(id, { ...mark, isGuess: false });
    else if (zone !== undefined) loose.set(zone, [...(loose.get(zone) ?? []), id]);
  }
  for (const zone of plan.zones)
    for (const [index, id] of (loose.get(zone.id) ?? []).entries())
      places.set(id, inRows(plan, boxOf(zone), index, loose.get(zone.id)?.length ?? 1));
  return places;
}

/** What a mark with its name and its value is high. Hundredths of the plan */
const ROOM = 5.5;

/** A row is twice as wide as high, for what is written under each; the zone's name stands above. */
function inRows(plan: PlanView, box: Box, index: number, count: number): Place {
  const [width, height] = [box.right - box.left, box.top - box.bottom];
  const columns = Math.min(count, Math.max(1, Math.round(Math.sqrt((count * width) / (height || 1) / 1.6))));
  const rows = Math.ceil(count / columns);
  const down = (Math.floor(index / columns) + 0.5) / rows;
  const share = 0.12 + 0.78 * down;
  return {
    isGuess: true,
    isTight: (0.78 * height) / rows < ROOM * unitOf(plan),
    x: box.left + (width * ((index % columns) + 0.5)) / columns,
    y: plan.isUp ? box.top - height * share : box.bottom + height * share,
  };
}
