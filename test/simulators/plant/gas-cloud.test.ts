import { describe, expect, it } from 'vitest';
import { gasCloudAtRest, gasDetectors, stepGasCloud, type GasCloud, type Leak } from '#simulators/plant/gas-cloud.ts';

const westWind: Leak = { rate: 0.04, x: -1, y: 0, windSpeed: 1, windFrom: 270 };

const after = (seconds: number, leak: Leak, from: GasCloud = gasCloudAtRest): GasCloud => {
  let cloud = from;
  for (let step = 0; step < seconds * 4; step += 1) cloud = stepGasCloud(cloud, leak, 0.25);
  return cloud;
};

const reading = (cloud: GasCloud, point: string): number =>
  cloud.readings[gasDetectors.findIndex((detector) => detector.point === point)] ?? Number.NaN;

/** First second in which the detector shows more than this. */
const answersAfter = (point: string, leak: Leak, limit: number): number => {
  let cloud = gasCloudAtRest;
  for (let second = 1; second <= 600; second += 1) {
    cloud = after(1, leak, cloud);
    if (reading(cloud, point) > limit) return second;
  }
  return Number.POSITIVE_INFINITY;
};

describe('a hydrogen leak', () => {
  it('reaches the detectors downwind in the order of their distance', () => {
    const downwind = ['AT-1501.hydrogen', 'AT-1502.hydrogen', 'AT-1101.hydrogen', 'AT-1102.hydrogen'];
    const times = downwind.map((point) => answersAfter(point, westWind, 5));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
    expect(times.at(-1)).toBeLessThan(120);
  });

  it('shows most near the source and little upwind', () => {
    const cloud = after(300, westWind);
    expect(reading(cloud, 'AT-1502.hydrogen')).toBeGreaterThan(reading(cloud, 'AT-1102.hydrogen'));
    expect(reading(cloud, 'AT-1503.hydrogen')).toBeLessThan(0.3 * reading(cloud, 'AT-1502.hydrogen'));
  });

  it('turns with the wind', () => {
    const east = after(300, { ...westWind, windFrom: 70 });
    expect(reading(east, 'AT-1503.hydrogen')).toBeGreaterThan(reading(east, 'AT-1502.hydrogen'));
  });

  it('thins in a stronger wind, which carries it there sooner', () => {
    const storm: Leak = { ...westWind, windSpeed: 6 };
    expect(answersAfter('AT-1102.hydrogen', storm, 2)).toBeLessThan(answersAfter('AT-1102.hydrogen', westWind, 2));
    expect(reading(after(300, storm), 'AT-1102.hydrogen')).toBeLessThan(
      reading(after(300, westWind), 'AT-1102.hydrogen'),
    );
  });

  it('clears when it is closed', () => {
    const cleared = after(300, { ...westWind, rate: 0 }, after(120, westWind));
    expect(gasDetectors.filter(({ point }) => reading(cleared, point) >= 0.5)).toEqual([]);
  });

  it('never shows more than full scale', () => {
    const cloud = after(300, { ...westWind, rate: 0.2, windSpeed: 0 });
    for (const value of cloud.readings) expect(value).toBeLessThanOrEqual(100);
    expect(reading(cloud, 'AT-1501.hydrogen')).toBeGreaterThan(95);
  });
});
