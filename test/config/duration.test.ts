import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, formatDuration, parseDuration } from '#config/duration.ts';
import { parseSize } from '#config/size.ts';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['1.5h', 5_400_000],
    ['5m', 300_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each(['', '10', '-5s', '5 s', '5S', '5min', 's', '1h30m', '1e3s', '٣s', '5s\n'])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('reads back as it is written', () => {
    fc.assert(
      fc.property(fc.nat(), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });

  it('keeps its bounds, and names them', () => {
    const schema = duration({ min: 1000, max: 60_000 });
    expect(['1s', '1m'].map((text) => schema.parse(text))).toEqual([1000, 60_000]);
    expect(schema.safeParse('999ms').error?.issues[0]?.message).toContain('the shortest allowed here is 1s');
    expect(schema.safeParse('2m').error?.issues[0]?.message).toContain('the longest allowed here is 1m');
  });
});

describe('a size', () => {
  it.each([
    ['10GB', 10e9],
    ['1.5MB', 1_500_000],
    ['2kB', 2000],
    ['1TB', 1e12],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['10', '10 GB', '10GiB', '10gb', '-1GB'])('%j is none', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });
});
