import { pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { CountedZone, HeadcountDefinition, ZoneRule } from '#agent/model/headcount.ts';
import { tagId, type TagFix } from '#agent/model/tag.ts';

const identity = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

export const box = (x: number, y: number, width: number, height: number): readonly (readonly [number, number])[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
  [x, y],
];

/** A zone whose points are named after it. */
export function zoneOf(
  id: string,
  rings: CountedZone['rings'],
  rules: readonly ZoneRule[],
  more: Partial<CountedZone> = {},
): CountedZone {
  const point = (name: string) => pointId(`${id}.${name}`);
  return {
    id: zoneId(id),
    kind: 'ordinary',
    rings,
    floors: new Set(),
    rules: Object.fromEntries(rules.map((rule) => [rule, point(rule)])),
    points: { confirmed: point('people'), stale: point('people-stale'), unknown: point('people-unknown') },
    ...more,
  };
}

/** A headcount on one map whose metres are the site's. */
export const definitionOf = (
  zones: readonly CountedZone[],
  more: Partial<HeadcountDefinition> = {},
): HeadcountDefinition => ({
  id: 'headcount/people',
  origin: { lon: 121.3, lat: 29.9 },
  maps: new Map([['1', identity]]),
  zones: [...zones, { kind: 'ordinary', rings: [], floors: new Set(), rules: { sos: pointId('people.outside.sos') } }],
  persons: [],
  hysteresis: {
    enterDwellMs: 2000,
    exitToleranceM: 2,
    toleranceTimeoutMs: 10_000,
    exitDelayMs: 5000,
    maxSpeed: 6,
    newPlaceAfterMs: 3000,
  },
  staleAfterMs: 30_000,
  asleepStaleAfterMs: 300_000,
  holdMs: 5000,
  forgetAfterMs: 604_800_000,
  repeatMs: 15_000,
  showsNames: false,
  figures: { tags: pointId('people.tags'), silent: pointId('people.silent'), fixRate: pointId('people.fix-rate') },
  ...more,
});

export const fixOf = (
  tag: string,
  [x, y]: readonly [number, number],
  time: number,
  more: Partial<TagFix> = {},
): TagFix => ({
  kind: 'tag-fix',
  source: sourceId('hub'),
  tag: tagId(tag),
  map: '1',
  x,
  y,
  sourceTime: time,
  receiveTime: time,
  flags: 0,
  ...more,
});

/** The same numbers for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Walker {
  readonly tag: string;
  x: number;
  y: number;
  toX: number;
  toY: number;
}

/** Somebody who walks from place to place in an area and stays a while at each. */
export function walkOn(walker: Walker, random: () => number, width: number, height: number): void {
  const [dx, dy] = [walker.toX - walker.x, walker.toY - walker.y];
  const left = Math.hypot(dx, dy);
  if (left < 1.4) {
    if (random() > 0.1) return;
    walker.toX = random() * width;
    walker.toY = random() * height;
    return;
  }
  walker.x += (dx / left) * 1.4;
  walker.y += (dy / left) * 1.4;
}

/** What a locating system makes of where somebody is: noise, reflections, wrong floors, losses, repetition, disorder. */
export function heardFrom({ tag, x, y }: Walker, time: number, random: () => number): readonly TagFix[] {
  if (random() < 0.04) return [];
  const noise = () => (random() - 0.5) * 0.8;
  const floor = random() < 0.03 ? '2' : '1';
  const isReflected = random() < 0.03;
  const angle = random() * 2 * Math.PI;
  const off = isReflected ? 35 + random() * 30 : 0;
  const at = [x + noise() + off * Math.cos(angle), y + noise() + off * Math.sin(angle)] as const;
  const fix = fixOf(tag, at, time, { floor });
  if (random() < 0.05) return [fix, fix];
  // One that was held up on its way.
  if (random() < 0.05) return [fix, fixOf(tag, [500 * random(), 500 * random()], time - 2500, { floor })];
  return [fix];
}
