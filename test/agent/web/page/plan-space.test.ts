import { describe, expect, it } from 'vitest';
import { inverted, placed } from '#agent/model/placement.ts';
import { drawnY, onPlan, placesOnPlan, viewBoxOf } from '#agent/web/page/plan/plan-space.ts';
import type { PlanView } from '#agent/web/plan/plan-view.ts';

const yard = {
  id: 'yard',
  name: 'Yard',
  kind: 'ordinary',
  floors: [],
  rings: [
    [
      [0, 0],
      [40, 0],
      [40, 20],
      [0, 20],
      [0, 0],
    ],
  ],
} as const;
const plan: PlanView = {
  id: '1',
  isUp: true,
  frame: { left: -10, right: 50, bottom: -5, top: 25 },
  zones: [yard],
  marks: [{ of: 'AT-1', x: 3, y: 4 }],
};

describe('a plan', () => {
  it('shows its frame, north up where y grows northwards and as on a screen where it does not', () => {
    expect(viewBoxOf(plan)).toBe('-10 -25 60 30');
    expect(drawnY(plan, 25)).toBe(-25);
    expect(viewBoxOf({ ...plan, isUp: false })).toBe('-10 -5 60 30');
  });

  it('puts a thing where somebody said, and marks it as a guess when only its zone is known', () => {
    const places = placesOnPlan(plan, [
      { id: 'AT-1', zone: 'yard' },
      { id: 'AT-2', zone: 'yard' },
      { id: 'AT-3', zone: 'elsewhere' },
      { id: 'AT-4' },
    ]);
    expect(places.get('AT-1')).toEqual({ x: 3, y: 4, isGuess: false });
    expect(places.get('AT-2')?.isGuess).toBe(true);
    expect([...places.keys()]).toEqual(['AT-1', 'AT-2']);
  });

  it('keeps every guess inside of its zone, each at a place of its own', () => {
    const things = Array.from({ length: 37 }, (_, index) => ({ id: `D-${index}`, zone: 'yard' }));
    const places = [...placesOnPlan(plan, things).values()];
    expect(places).toHaveLength(37);
    expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(37);
    expect(places.every(({ x, y }) => x > 0 && x < 40 && y > 0 && y < 20)).toBe(true);
  });

  it('shows somebody on the metres of its map, wherever the map lies on the ground', () => {
    const affine = { a: 0.6, b: -0.8, c: 100, d: 0.8, e: 0.6, f: -30 };
    const fromSite = inverted(affine);
    const at = onPlan({ ...plan, ...(fromSite && { fromSite }) }, placed(12, 7, affine));
    expect(at.x).toBeCloseTo(12);
    expect(at.y).toBeCloseTo(7);
  });
});
