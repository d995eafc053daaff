import { array, assert, double, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '#agent/model/clock.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { TrendDefinition } from '#agent/model/trend.ts';
import { createTrendWatch } from '#agent/site/trend/trend-watch.ts';
import { readTrendMemory } from '#agent/site/trend/memory.ts';

const MINUTE = 60_000;
const [vibration, speed] = [pointId('P.vibration'), pointId('P.speed')];
const definition: TrendDefinition = {
  id: 'trend/T',
  point: vibration,
  windowMs: 60 * MINUTE,
  features: (['mean', 'slope', 'max'] as const).map((feature) => ({ feature, point: pointId(`T.${feature}`) })),
  leastGood: 0.5,
  repeatMs: 10_000,
};
const gated: TrendDefinition = { ...definition, running: { point: speed, above: 100, settleMs: 5 * MINUTE } };

function scene(given = definition) {
  let at = 0;
  const clock: Clock = { now: () => 1_800_000_000_000 + at, monotonic: () => at };
  let watch = createTrendWatch(given, clock);
  return {
    say: (point: typeof speed, value: number, quality: Quality = GOOD) => {
      watch.onSamples([{ point, value, quality, flags: 0, sourceTime: clock.now(), receiveTime: clock.now() }]);
    },
    wait: (ms: number) => (at += ms),
    restart: () => {
      watch = createTrendWatch(given, clock, readTrendMemory(JSON.parse(JSON.stringify(watch.memory()))));
    },
    shown: () => {
      at += given.repeatMs;
      return watch.onTick().samples.map(({ value, quality }) => [value, quality.level]);
    },
  };
}

describe('a trend', () => {
  it('has the slope of a line per hour, through a restart', () => {
    const one = scene();
    for (let minute = 0; minute < 40; minute++) {
      one.say(vibration, 2 + minute / 30);
      one.wait(MINUTE);
      if (minute === 20) one.restart();
    }
    const [, slope] = one.shown();
    expect(slope?.[0]).toBeCloseTo(2, 6);
    expect(slope?.[1]).toBe('good');
  });

  it('has the share of good samples outside its band, those of a restart too', () => {
    const banded: TrendDefinition = {
      ...definition,
      band: { low: 1, high: 4.5 },
      features: [{ feature: 'out-of-band', point: pointId('T.out-of-band') }],
    };
    const one = scene(banded);
    for (const value of [1, 4.5, 5, 0.9]) one.say(vibration, value);
    one.say(vibration, 99, bad('sensor-fault'));
    one.restart();
    one.say(vibration, 4);
    expect(one.shown()).toEqual([[40, 'good']]);
  });

  it('forgets what is older than its window', () => {
    const one = scene();
    one.say(vibration, 50);
    one.wait(62 * MINUTE);
    one.say(vibration, 1);
    expect(one.shown()[2]).toEqual([1, 'good']);
  });

  it('leaves out what is not good, and is bad when most of it is', () => {
    const one = scene();
    one.say(vibration, 3);
    one.say(vibration, 900, bad('sensor-fault'));
    expect(one.shown()[2]).toEqual([3, 'uncertain']);
    one.say(vibration, 900, bad('sensor-fault'));
    expect(one.shown()[2]).toEqual([null, 'bad']);
  });

  it('counts nothing until the machine has settled, and is uncertain after it has stopped', () => {
    const one = scene(gated);
    one.say(speed, 1500);
    one.say(vibration, 99);
    expect(one.shown()[2]).toEqual([null, 'bad']);
    one.wait(5 * MINUTE);
    one.say(vibration, 2);
    expect(one.shown()[2]).toEqual([2, 'good']);
    one.say(speed, 0);
    one.say(vibration, 0);
    expect(one.shown()[2]).toEqual([2, 'uncertain']);
  });

  it('has the mean of all good samples', () => {
    assert(
      property(array(double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 50 }), (values) => {
        const one = scene();
        for (const value of values) {
          one.say(vibration, value);
          one.wait(MINUTE);
        }
        const mean = values.reduce((all, value) => all + value, 0) / values.length;
        expect(one.shown()[0]?.[0]).toBeCloseTo(mean, 6);
      }),
    );
  });
});
