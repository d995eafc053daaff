import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { aPoint, batch, playedDriver, reading, supervised } from './supervised-source.ts';
import { virtualTime } from './virtual-time.ts';

const HOUR = 3_600_000;

/** Feeds one reading a second whose source time is made by `stamp`, and gives back which were called suspect. */
function suspects(stamp: (now: number, second: number) => number, seconds = 10) {
  const time = virtualTime();
  const play = playedDriver();
  const source = supervised(time, { driver: play.driver, points: [aPoint('T-1')] });
  source.forget();
  for (let second = 0; second < seconds; second++) {
    play.send(batch(reading(time, 'T-1', second, { sourceTime: stamp(time.clock.now(), second) })));
    time.advance(1_000);
  }
  return {
    flags: source.samples().map((sample) => (sample.flags & Flag.clockSuspect) !== 0),
    clockEvents: source.events().filter((event) => event.kind === 'source.clock'),
    samples: source.samples(),
  };
}

describe('source time', () => {
  it('is believed when it is a little early or late', () => {
    expect(suspects((now, second) => now + (second % 2 ? 40_000 : -40_000)).flags).not.toContain(true);
  });

  it('is suspect when it lies in the future', () => {
    expect(suspects((now) => now + 61_000).flags).not.toContain(false);
  });

  it('is suspect when the device never had its clock set', () => {
    expect(suspects((_, second) => second * 1_000).flags).not.toContain(false);
  });

  it('is replaced by the receive time, and suspect, when it is no time at all', () => {
    const { samples } = suspects(() => Number.NaN, 1);
    expect(samples).toHaveLength(1);
    expect(samples[0]?.sourceTime).toBe(samples[0]?.receiveTime);
    expect((samples[0]?.flags ?? 0) & Flag.clockSuspect).toBeTruthy();
  });

  it('is suspect when values change under a clock that stands still', () => {
    const { flags } = suspects(() => Date.UTC(2025, 11, 31, 23, 59));
    expect(flags.slice(0, 2)).toEqual([false, false]);
    expect(flags.slice(2)).not.toContain(false);
  });

  it('eight hours late is named as local time sent as UTC, and suspect from then on', () => {
    const { flags, clockEvents } = suspects((now) => now - 8 * HOUR + 1_500);
    expect(flags.at(-1)).toBe(true);
    expect(clockEvents).toHaveLength(1);
    expect(clockEvents[0]?.text).toContain('8 h behind');
  });

  it('eight hours early is named too', () => {
    const { flags, clockEvents } = suspects((now) => now + 8 * HOUR);
    expect(flags).not.toContain(false);
    expect(clockEvents[0]?.text).toContain('8 h ahead');
  });

  it('is suspect when a change is told a day late', () => {
    const { flags } = suspects((now, second) => now - 25 * HOUR - 400_000 + second * 1_000);
    // Of the first sample nobody knows whether it is a change.
    expect(flags[0]).toBe(false);
    expect(flags.slice(1)).not.toContain(false);
  });

  it('of values read later from history is believed, however old', () => {
    const time = virtualTime();
    const play = playedDriver();
    const source = supervised(time, { driver: play.driver, points: [aPoint('T-1')] });
    source.forget();
    for (let hour = 72; hour > 40; hour--) {
      const sourceTime = time.clock.now() - hour * HOUR;
      play.send(batch(reading(time, 'T-1', hour, { sourceTime, flags: Flag.backfilled })));
    }
    expect(source.samples()).toHaveLength(32);
    expect(source.samples().every((sample) => sample.flags === Flag.backfilled)).toBe(true);
  });

  it('of a value that has not changed for exactly eight hours is believed', () => {
    const time = virtualTime();
    const play = playedDriver();
    const points = Array.from({ length: 20 }, (_, index) => aPoint(`T-${index}`));
    const source = supervised(time, { driver: play.driver, points });
    source.forget();
    play.send(batch(...points.map(({ id }) => reading(time, id, 1, { sourceTime: time.clock.now() - 8 * HOUR }))));
    expect(source.samples()).toHaveLength(20);
    expect(source.samples().every((sample) => sample.flags === 0)).toBe(true);
  });

  it('is believed again when the device has been put right', () => {
    const { flags, clockEvents } = suspects((now, second) => (second < 10 ? now - 8 * HOUR : now - 20), 20);
    expect(flags.slice(11)).not.toContain(true);
    expect(clockEvents).toHaveLength(2);
  });
});
