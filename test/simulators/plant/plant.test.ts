import { describe, expect, it } from 'vitest';
import { handlesAtRest, type HandleName } from '#simulators/plant/handles.ts';
import { plantAtRest, stepPlant, type Plant } from '#simulators/plant/plant.ts';
import { RunningPlant } from '#simulators/plant/running-plant.ts';
import { plantTags } from '#simulators/plant/tags.ts';

const MINUTE = 60;
const HOUR = 3600;

/** The plant after so many seconds with these handles moved. */
const after = (seconds: number, moved: Partial<Record<HandleName, number>> = {}, from: Plant = plantAtRest): Plant => {
  let plant = from;
  for (let step = 0; step < seconds * 4; step += 1) plant = stepPlant(plant, { ...handlesAtRest, ...moved }, 0.25);
  return plant;
};

const settled = after(HOUR);

/** Working solution everywhere that it can be, m³; what left a tower in the last step is in the pipe to the next. */
const circulating = ({ hydrogenation, workingSolution, oxidation }: Plant): number =>
  hydrogenation.volume +
  workingSolution.volume +
  workingSolution.liquorVolume +
  oxidation.volume +
  ((hydrogenation.outFlow + oxidation.outFlow) * 0.25) / HOUR;

/** Product in column, tanks and trucks, kg, with what has gone into the air. */
const product = ({ extraction, tank1, tank2, loading }: Plant): number =>
  [tank1, tank2].reduce(
    (sum, tank) => sum + tank.water + tank.peroxide + tank.oxygenMade + tank.evaporated + tank.spilled,
    extraction.water + extraction.peroxide + loading.total,
  );

describe('the plant at rest', () => {
  it('stays near its design values for four hours', () => {
    const later = after(3 * HOUR, {}, settled);
    const moved = plantTags
      .filter(({ point }) => !/^(TK|L|P-22|XV-22)/.test(point))
      .filter(({ read, range }) => {
        const span = range ? range[1] - range[0] : 1;
        return Math.abs(Number(read(later)) - Number(read(plantAtRest))) > 0.03 * span;
      });
    expect(moved.map(({ point }) => point)).toEqual([]);
  });

  it('has 60 to 120 tags, each once, each shown within its range', () => {
    expect(plantTags.length).toBeGreaterThanOrEqual(60);
    expect(plantTags.length).toBeLessThanOrEqual(120);
    expect(new Set(plantTags.map(({ point }) => point)).size).toBe(plantTags.length);
    expect(new Set(plantTags.map(({ tag }) => tag)).size).toBe(plantTags.length);
    const outside = plantTags.filter(({ range, read }) => {
      const value = Number(read(settled));
      return range !== undefined && (value < range[0] || value > range[1]);
    });
    expect(outside.map(({ point }) => point)).toEqual([]);
  });
});

describe('mass balance', () => {
  it.each<[string, Partial<Record<HandleName, number>>]>([
    ['in normal operation', {}],
    ['with the working solution pump tripped', { 'P-1401A.run': 0 }],
    ['with the tower outlet shut', { 'XV-1102.open': 0 }],
    ['with the liquor pump stopped', { 'P-1103.run': 0 }],
  ])('loses no working solution %s', (_, moved) => {
    const later = after(20 * MINUTE, moved, settled);
    expect(circulating(later)).toBeCloseTo(circulating(settled), 6);
  });

  it.each<[string, Partial<Record<HandleName, number>>]>([
    ['in normal operation', {}],
    ['while a tank decomposes and boils', { 'TK-2101.contamination': 8 }],
    ['while both tanks are filled', { 'XV-2102.open': 1 }],
  ])('finds again every kilogram of product %s', (_, moved) => {
    let plant = settled;
    let fed = 0;
    for (let step = 0; step < 30 * MINUTE * 4; step += 1) {
      const next = stepPlant(plant, { ...handlesAtRest, ...moved }, 0.25);
      // Water fed, and peroxide that left the working solution: what was there, came and did not stay.
      const { outFlow, peroxide } = plant.oxidation;
      const share =
        next.extraction.peroxide - plant.extraction.peroxide + (next.extraction.productPeroxide * 0.25) / HOUR;
      fed += (next.extraction.waterFlow * 1000 * 0.25) / HOUR + share;
      expect(share).toBeLessThanOrEqual((outFlow * peroxide * 0.25) / HOUR + 1e-9);
      plant = next;
    }
    // The product of the last step is under way between column and tank.
    const underWay = ((of: Plant) => ((of.extraction.productWater + of.extraction.productPeroxide) * 0.25) / HOUR)(
      plant,
    );
    const underWayBefore = ((settled.extraction.productWater + settled.extraction.productPeroxide) * 0.25) / HOUR;
    const drawnEarly = Math.abs(plant.loading.flow - settled.loading.flow) / HOUR;
    expect(Math.abs(product(plant) + underWay - product(settled) - underWayBefore - fed)).toBeLessThan(
      1 + drawnEarly * 5,
    );
  });

  it('raises the tower level when the outlet valve shuts, and lowers the tank that feeds it', () => {
    const later = after(2 * MINUTE, { 'XV-1102.open': 0 }, settled);
    expect(later.hydrogenation.volume).toBeGreaterThan(settled.hydrogenation.volume + 10);
    expect(later.workingSolution.liquorVolume).toBeLessThan(settled.workingSolution.liquorVolume - 5);
  });

  it('backs the product up in the column when no tank takes it', () => {
    const later = after(HOUR, { 'XV-2101.open': 0 }, settled);
    const level = plantTags.find(({ point }) => point === 'T-1301.interface-level');
    expect(later.extraction.productWater).toBe(0);
    expect(Number(level?.read(later))).toBeGreaterThan(Number(level?.read(settled)) + 10);
  });

  it('keeps the tower from holding more than it can', () => {
    const later = after(HOUR, { 'XV-1102.open': 0, 'T-1101.interlock-bypass': 1 }, settled);
    expect(later.hydrogenation.volume).toBeLessThanOrEqual(60.2);
    expect(circulating(later)).toBeCloseTo(circulating(settled), 6);
  });
});

describe('heat balance', () => {
  it('heats the oxidation tower when the cooling water is lost', () => {
    const later = after(15 * MINUTE, { 'CW.supply': 0 }, settled);
    expect(later.oxidation.coolingFlow).toBe(0);
    expect(later.oxidation.temperature).toBeGreaterThan(settled.oxidation.temperature + 5);
  });

  it('heats the hydrogenation tower when the circulation is lost and the interlock is bypassed', () => {
    const lost = { 'P-1401A.run': 0 } as const;
    const guarded = after(10 * MINUTE, lost, settled);
    const bypassed = after(10 * MINUTE, { ...lost, 'T-1101.interlock-bypass': 1 }, settled);
    expect(guarded.hydrogenation.isTripped).toBe(true);
    expect(bypassed.hydrogenation.isTripped).toBe(false);
    expect(bypassed.hydrogenation.temperature).toBeGreaterThan(guarded.hydrogenation.temperature + 2);
  });

  it('makes less heat with a tired catalyst', () => {
    const later = after(HOUR, { 'T-1101.catalyst': 0.5 }, settled);
    expect(later.hydrogenation.efficiency).toBeLessThan(settled.hydrogenation.efficiency - 0.5);
    expect(later.hydrogenation.temperature).toBeLessThan(settled.hydrogenation.temperature - 0.5);
  });
});

describe('a compressor trip', () => {
  it('lowers header, hydrogen feed, tower pressure and efficiency, in this order', () => {
    const below = (read: (plant: Plant) => number): number => {
      let plant = settled;
      for (let second = 1; second < HOUR; second += 1) {
        plant = after(1, { 'C-1501.run': 0 }, plant);
        if (read(plant) < 0.8 * read(settled)) return second;
      }
      return Number.POSITIVE_INFINITY;
    };
    const times = [
      below((plant) => plant.compressor.header),
      below((plant) => plant.hydrogenation.hydrogenFlow),
      below((plant) => plant.hydrogenation.pressure),
      below((plant) => plant.hydrogenation.efficiency),
    ];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(times.at(-1)).toBeLessThan(HOUR);
  });
});

describe('a running plant', () => {
  const trace = (seed: number): unknown[] => {
    const plant = new RunningPlant(seed);
    const seen: unknown[] = [];
    for (let step = 0; step < 400; step += 1) {
      if (step === 100) plant.set('XV-1101.open', 0);
      if (step === 200) plant.freeze('T-1101.pressure');
      plant.advance();
      if (step % 40 === 0) seen.push(plant.showAll().map(({ shown }) => shown));
    }
    return seen;
  };

  it('repeats itself with the same seed and differs in noise with another', () => {
    expect(trace(7)).toEqual(trace(7));
    expect(trace(7)).not.toEqual(trace(8));
  });

  it('shows noise around the truth that depends on the seed alone, not on who reads', () => {
    const plant = new RunningPlant(3);
    plant.advance();
    const first = plant.show('T-1101.temperature');
    plant.showAll();
    expect(plant.show('T-1101.temperature')).toEqual(first);
    expect(Math.abs(Number(first.shown) - Number(first.truth))).toBeLessThan(0.5);
  });

  it('goes on showing the old value of a frozen transmitter while the truth moves, until it is repaired', () => {
    const plant = new RunningPlant(1);
    plant.freeze('T-1101.level');
    const frozen = plant.show('T-1101.level').shown;
    plant.set('XV-1102.open', 0);
    for (let step = 0; step < 400; step += 1) plant.advance();
    const level = plant.show('T-1101.level');
    expect(level.shown).toBe(frozen);
    expect(Number(level.truth)).toBeGreaterThan(Number(frozen) + 10);
    plant.repair('T-1101.level');
    expect(Number(plant.show('T-1101.level').shown)).toBeGreaterThan(Number(frozen) + 10);
  });

  it('says that a broken sensor is no good', () => {
    const plant = new RunningPlant(1);
    plant.break('T-1101.temperature');
    expect(plant.show('T-1101.temperature').isSensorGood).toBe(false);
    expect(plant.show('T-1101.pressure').isSensorGood).toBe(true);
  });
});
