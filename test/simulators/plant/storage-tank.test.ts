import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  stepStorageTank,
  storageTankAtRest,
  tankLevel,
  type StorageTank,
  type StorageTankInput,
} from '#simulators/plant/storage-tank.ts';

const idle: StorageTankInput = {
  inletOpen: 0,
  outletOpen: 0,
  inletFriction: 0,
  outletFriction: 0,
  waterIn: 0,
  peroxideIn: 0,
  temperatureIn: 30,
  drawn: 0,
  dilution: 0,
  contamination: 0,
  ambient: 26,
};

const after = (
  seconds: number,
  input: Partial<StorageTankInput>,
  from = storageTankAtRest(82_000, false),
): StorageTank => {
  let tank = from;
  for (let step = 0; step < seconds * 4; step += 1) tank = stepStorageTank(tank, { ...idle, ...input }, 0.25);
  return tank;
};

const everything = (tank: StorageTank): number =>
  tank.water + tank.peroxide + tank.oxygenMade + tank.evaporated + tank.spilled;

describe('a storage tank', () => {
  it('keeps clean product for a day without warming noticeably', () => {
    const later = after(24 * 3600, {});
    expect(Math.abs(later.temperature - 31)).toBeLessThan(0.5);
    expect(later.peroxide).toBeGreaterThan(81_990);
  });

  it('heats up ever faster once it is contaminated', () => {
    const temperatures = [0, 60, 120, 180, 240].map((seconds) => after(seconds, { contamination: 6 }).temperature);
    const rises = temperatures.slice(1).map((temperature, index) => temperature - (temperatures[index] ?? 0));
    expect(rises).toEqual(rises.toSorted((a, b) => a - b));
    expect(rises.at(-1)).toBeGreaterThan(3 * (rises[0] ?? 0));
  });

  it('builds up pressure and swells before it boils, and never passes the boiling point', () => {
    const early = after(120, { contamination: 6 });
    expect(early.temperature).toBeLessThan(45);
    expect(early.pressure).toBeGreaterThan(3);
    expect(tankLevel(early)).toBeGreaterThan(tankLevel(after(0, {})) + 3);
    const late = after(600, { contamination: 6 });
    expect(late.temperature).toBeLessThanOrEqual(105);
    expect(late.evaporated).toBeGreaterThan(0);
    expect(late.isRoofOpen).toBe(true);
  });

  it('runs away later the less contaminated it is, and not while it is diluted early enough', () => {
    const timeTo60 = (input: Partial<StorageTankInput>): number => {
      let tank = storageTankAtRest(82_000, false);
      for (let minute = 1; minute < 240; minute += 1) {
        tank = after(60, input, tank);
        if (tank.temperature > 60) return minute;
      }
      return Number.POSITIVE_INFINITY;
    };
    const gross = timeTo60({ contamination: 6 });
    const slight = timeTo60({ contamination: 1 });
    expect(gross).toBeLessThan(10);
    expect(slight).toBeGreaterThan(2 * gross);
    expect(timeTo60({ contamination: 1, dilution: 200 })).toBeGreaterThan(slight);
  });

  it('runs over instead of holding more than fits', () => {
    const later = after(3 * 3600, { dilution: 200 });
    expect(later.spilled).toBeGreaterThan(0);
    expect(tankLevel(later)).toBeLessThanOrEqual(100.01);
  });

  it('loses and gains no mass, whatever happens to it', () => {
    const happenings = fc.record({
      contamination: fc.double({ min: 0, max: 10, noNaN: true }),
      dilution: fc.double({ min: 0, max: 200, noNaN: true }),
      waterIn: fc.double({ min: 0, max: 20_000, noNaN: true }),
      peroxideIn: fc.double({ min: 0, max: 8000, noNaN: true }),
    });
    fc.assert(
      fc.property(happenings, (input) => {
        const seconds = 1200;
        const from = storageTankAtRest(82_000, true);
        const fed = ((input.waterIn + input.peroxideIn + input.dilution * 1000) * seconds) / 3600;
        const later = after(seconds, { ...input, inletOpen: 1 }, from);
        expect(everything(later)).toBeCloseTo(everything(from) + fed, 3);
        expect(Number.isFinite(later.temperature) && Number.isFinite(later.pressure)).toBe(true);
        expect(later.pressure).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 30 },
    );
  });
});
