import type { PointView } from '../live/shapes.ts';

/** What people see as one thing: a tank, a valve, a detector. */
export interface Equipment {
  readonly name: string;
  readonly points: readonly PointView[];
  /** The level of a tank. */
  readonly main?: PointView;
}

type Group = 'tanks' | 'gas' | 'valves' | 'hazards' | 'lightning' | 'others';

export const gases = new Set<string>(['gas-combustible', 'gas-toxic', 'oxygen']);
const valveParts = new Set(['open', 'closed', 'discrepancy', 'uncommanded', 'stroke-time']);
const lightningParts = new Set(['tier', 'hold-left']);
const hazardParts = new Set(['ratio', 'r', 'level']);

/** `TK-2101.level` is on `TK-2101`; a name without a dot is its own. */
const ownerOf = (id: string): string => (id.includes('.') ? id.slice(0, id.lastIndexOf('.')) : id);
const partOf = (id: string): string => id.slice(id.lastIndexOf('.') + 1);

/** Points by what they are on, and that by what it is. People have their own view. */
export function equipmentOf(points: readonly PointView[]): Readonly<Record<Group, readonly Equipment[]>> {
  const owners = new Map<string, PointView[]>();
  for (const point of points) {
    if (point.safetyRole === 'headcount') continue;
    const owner = ownerOf(point.id);
    const own = owners.get(owner);
    if (own) own.push(point);
    else owners.set(owner, [point]);
  }
  const groups: Record<Group, Equipment[]> = { tanks: [], gas: [], valves: [], hazards: [], lightning: [], others: [] };
  for (const [name, own] of owners) {
    const main = own.find(({ kind }) => kind === 'level');
    groups[groupOf(own, main)].push({ name, points: own, ...(main && { main }) });
  }
  return groups;
}

function groupOf(own: readonly PointView[], level: PointView | undefined): Group {
  const parts = own.map(({ id }) => partOf(id));
  const isDerived = own.every(({ source }) => source === 'site');
  if (isDerived && parts.includes('r') && parts.some((part) => hazardParts.has(part))) return 'hazards';
  if (parts.some((part) => lightningParts.has(part)) || own.some(({ kind }) => kind === 'electric-field'))
    return 'lightning';
  if (level) return 'tanks';
  if (own.some(({ kind }) => gases.has(kind))) return 'gas';
  if (own.some(({ kind }) => kind === 'state') && parts.some((part) => valveParts.has(part))) return 'valves';
  return 'others';
}

/** Where a point is: its hazard source and its zone. */
export const placesOf = ({ hazardSource, zone }: PointView): readonly string[] =>
  [hazardSource, zone].filter((place) => place !== undefined);
