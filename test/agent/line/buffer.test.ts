import { describe, expect, it } from 'vitest';
import { bufferWatch } from '#agent/line/buffer.ts';

const at = (hoursOfBuffer?: number) => ({
  samplesPerSecond: 100,
  maxBytes: 1e9,
  ...(hoursOfBuffer === undefined ? {} : { hoursOfBuffer }),
});

describe('the hours of buffer that were agreed', () => {
  it('are told when they are no longer there and when they are again, not each time', () => {
    const watch = bufferWatch(72);
    const told = [undefined, 80, 71, 60, undefined, 75, 79, 80, 71].map(
      (hours, time) => watch(at(hours), { time, flags: 0 })?.kind,
    );
    expect(told).toEqual([
      undefined,
      undefined,
      'journal.buffer-short',
      undefined,
      undefined,
      undefined,
      undefined,
      'journal.buffer-enough',
      'journal.buffer-short',
    ]);
  });

  it('are told in figures', () => {
    expect(bufferWatch(72)(at(24.04), { time: 5, flags: 1 })).toMatchObject({
      time: 5,
      flags: 1,
      text: expect.stringMatching(/^the journal holds 24 h at the present rate, 72 h are agreed/),
      detail: { hours: 24, contractedHours: 72 },
    });
  });
});
