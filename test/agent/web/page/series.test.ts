import { describe, expect, it } from 'vitest';
import { createSeries } from '#agent/web/page/parts/series.ts';

const [GOOD, UNCERTAIN, BAD] = [0, 1, 2];

describe('a series of a chart', () => {
  it('connects values between which nothing came, and breaks where a value is bad until a good one comes', () => {
    const series = createSeries();
    series.append({ times: [0, 30, 50, 80], values: [1, 2, Number.NaN, 4], qualities: [GOOD, GOOD, BAD, GOOD] });
    const { solid, quality } = series.draw(0, 100, 10);
    expect(solid).toEqual([1, undefined, undefined, 2, undefined, null, null, null, 4, undefined]);
    expect([...quality]).toEqual([0, 0, 0, 0, 0, 2, 2, 2, 0, 0]);
  });

  it('draws an uncertain value apart from good ones', () => {
    const series = createSeries();
    series.append({ times: [0, 50], values: [1, 2], qualities: [GOOD, UNCERTAIN] });
    const { solid, dashed } = series.draw(0, 100, 2);
    expect(solid).toEqual([1, null]);
    expect(dashed).toEqual([null, 2]);
  });

  it('shows the lowest and the highest of many values in one column of pixels', () => {
    const series = createSeries();
    const times = Array.from({ length: 1000 }, (_, index) => index);
    const values = times.map((time) => (time === 437 ? 99 : time === 438 ? -99 : 1));
    series.append({ times, values, qualities: times.map(() => GOOD) });
    const { low, high, solid } = series.draw(0, 1000, 1);
    expect({ low, high, solid }).toEqual({ low: [-99], high: [99], solid: [1] });
  });

  it('tells a column in which one of many values is bad', () => {
    const series = createSeries();
    series.append({ times: [1, 2, 3], values: [5, Number.NaN, 6], qualities: [GOOD, BAD, GOOD] });
    expect([...series.draw(0, 10, 1).quality]).toEqual([BAD]);
  });

  it('puts values that came late where they belong', () => {
    const series = createSeries();
    series.append({ times: [100, 200], values: [1, 3], qualities: [GOOD, GOOD] });
    series.append({ times: [150], values: [2], qualities: [GOOD] });
    expect(series.at(series.indexAt(160))).toEqual({ time: 150, value: 2, quality: GOOD });
    expect(series.extent(0, 300)).toEqual({ low: 1, high: 3, mean: 2, count: 3 });
  });

  it('leaves bad values out of its figures, and has none where nothing was usable', () => {
    const series = createSeries();
    series.append({ times: [0, 10], values: [7, Number.NaN], qualities: [GOOD, BAD] });
    expect(series.extent(0, 20)).toEqual({ low: 7, high: 7, mean: 7, count: 1 });
    expect(series.extent(5, 20)).toBeUndefined();
  });

  it('keeps the lowest and highest of periods', () => {
    const series = createSeries();
    series.append({ times: [30], values: [5], qualities: [GOOD], lows: [1], highs: [9] });
    expect(series.draw(0, 60, 1)).toMatchObject({ low: [1], high: [9], solid: [5] });
  });
});
