import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { degreesOf, fitPlacement, groundOf, placed } from '#agent/model/placement.ts';
import { zoneIndex } from '#agent/site/headcount/zone-index.ts';

const origin = { lon: 121.3, lat: 29.9 };
const metres = fc.double({ min: -3000, max: 3000, noNaN: true });
const rectangle = (x: number, y: number, width: number, height: number): [number, number][] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
  [x, y],
];

describe('the placement of a map', () => {
  it('turned, scaled and moved, is found again from surveyed points with no residual', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 6.28, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        metres,
        metres,
        (turn, scale, x, y) => {
          const truth = (mx: number, my: number) => ({
            x: x + scale * (mx * Math.cos(turn) - my * Math.sin(turn)),
            y: y + scale * (mx * Math.sin(turn) + my * Math.cos(turn)),
          });
          const control = [
            [0, 0],
            [200, 0],
            [0, 150],
            [180, 140],
          ].map(([mx = 0, my = 0]) => ({ x: mx, y: my, ...degreesOf(truth(mx, my), origin) }));
          const fitted = fitPlacement(control, origin);
          expect(fitted?.residualM).toBeLessThan(1e-5);
          const at = fitted && placed(50, 60, fitted.affine);
          expect(at?.x).toBeCloseTo(truth(50, 60).x, 4);
          expect(at?.y).toBeCloseTo(truth(50, 60).y, 4);
        },
      ),
    );
  });

  it('tells how far a mistyped point lies off, and is refused on one line', () => {
    const at = (x: number, y: number, off = 0) => ({ x, y, ...degreesOf({ x: x + off, y }, origin) });
    const wrong = fitPlacement([at(0, 0), at(100, 0), at(0, 100), at(100, 100, 8)], origin);
    expect(wrong?.residualM).toBeGreaterThan(1.9);
    expect(fitPlacement([at(0, 0), at(50, 50), at(100, 100)], origin)).toBeUndefined();
    expect(fitPlacement([at(0, 0), at(50, 0)], origin)).toBeUndefined();
  });

  it('goes from degrees to metres and back', () => {
    fc.assert(
      fc.property(metres, metres, (x, y) => {
        const { lon, lat } = degreesOf({ x, y }, origin);
        const back = groundOf(lon, lat, origin);
        expect(Math.hypot(back.x - x, back.y - y)).toBeLessThan(1e-6);
      }),
    );
    expect(groundOf(121.3, 30.9, origin).y).toBeGreaterThan(110_800);
    expect(groundOf(121.3, 30.9, origin).y).toBeLessThan(110_900);
  });
});

describe('the index of zones', () => {
  const side = fc.integer({ min: -100, max: 100 });
  const size = fc.integer({ min: 7, max: 60 });

  it('knows the distance to rectangles with a hole, wherever they lie, and misses none that is near', () => {
    const zone = fc.record({ x: side, y: side, width: size, height: size });
    fc.assert(
      fc.property(fc.array(zone, { minLength: 1, maxLength: 12 }), side, side, (zones, px, py) => {
        const index = zoneIndex(
          zones.map(({ x, y, width, height }) => ({
            rings: [rectangle(x, y, width, height), rectangle(x + 2, y + 2, width - 4, height - 4)],
          })),
        );
        const near = new Set(index.near(px, py, 5));
        for (const [number, { x, y, width, height }] of zones.entries()) {
          const off = Math.hypot(Math.max(x - px, 0, px - x - width), Math.max(y - py, 0, py - y - height));
          const deep = Math.min(px - x - 2, x + width - 2 - px, py - y - 2, y + height - 2 - py);
          const expected = deep > 0 ? deep : off;
          expect(index.outside(number, px, py)).toBeCloseTo(expected, 6);
          expect(near.has(number) || off > 5).toBe(true);
        }
      }),
    );
  });
});
