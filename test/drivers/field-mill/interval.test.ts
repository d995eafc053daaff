import { describe, expect, it } from 'vitest';
import type { Clock } from '#agent/model/clock.ts';
import { pointId } from '#agent/model/ids.ts';
import { addressSchema, check, millQuantities } from '#drivers/field-mill/address.ts';
import { troubleOf } from '#drivers/field-mill/condition.ts';
import { MillInterval } from '#drivers/field-mill/interval.ts';
import { millSamples } from '#drivers/field-mill/mill-samples.ts';

/** A mill that talks every 50 ms, and one interval after another. */
class Mill {
  at = 0;
  readonly clock: Clock = { now: () => 1_000_000 + this.at, monotonic: () => this.at };
  readonly interval = new MillInterval(
    this.clock,
    { step: 0.5, withinMs: 1000 },
    { sameMs: 120_000, flatMs: 600_000, flatWithin: 0.02 },
  );

  say(...fields: readonly number[]): this {
    for (const field of fields) this.hear(field, 0);
    return this;
  }

  fail(...fields: readonly number[]): this {
    for (const field of fields) this.hear(field, 1);
    return this;
  }

  damage(): this {
    this.interval.hear([{ kind: 'damaged' }]);
    return this;
  }

  /** Readings that move by the smallest digit, so that nothing is stuck. */
  breathe(field: number, ms: number): this {
    for (let spent = 0; spent < ms; spent += 50) this.say(field + (spent % 100 === 0 ? 0.01 : 0));
    return this;
  }

  /** All quantities at the end of the interval, as value and reason. */
  close(): Record<string, string> {
    const summary = this.interval.close();
    const points = millQuantities.map((word) => ({ id: pointId(word), address: addressSchema.parse(word) }));
    const samples = millSamples(points, summary, this.clock.now(), false);
    return Object.fromEntries(
      samples.map(({ point, value, quality }) => [
        point,
        `${typeof value === 'number' ? Math.round(value * 100) / 100 : String(value)} ${quality.reason ?? 'good'}`,
      ]),
    );
  }

  private hear(field: number, fault: number): void {
    this.interval.hear([{ kind: 'reading', reading: { field, fault } }]);
    this.at += 50;
  }
}

describe('one interval', () => {
  it('tells the last reading, and the one furthest from zero with its sign and time', () => {
    const mill = new Mill().say(-0.2, -0.4, -0.6, -0.5, -0.3, -0.15);
    const summary = mill.interval.close();
    expect(summary.last).toEqual({ field: -0.15, time: 1_000_250 });
    expect(summary.peak).toEqual({ field: -0.6, time: 1_000_100 });
  });

  it('forgets the peak of the one before', () => {
    const mill = new Mill().breathe(0.9, 1000);
    mill.close();
    expect(mill.breathe(0.6, 1000).close()).toMatchObject({ peak: '0.61 good' });
  });

  it('keeps a clipped reading usable, and says that it is beyond the range', () => {
    expect(new Mill().say(-20, -20, -20).close()).toMatchObject({ peak: '-20 good', 'over-range': 'true good' });
  });

  it('without a sentence has no value: silence and noise are told apart', () => {
    expect(new Mill().close()).toMatchObject({ field: 'null comm-lost', fault: 'null comm-lost', damaged: '0 good' });
    expect(new Mill().damage().close()).toMatchObject({
      field: 'null decode',
      jumps: 'null decode',
      damaged: '1 good',
    });
  });

  it('with the fault digit to its end has no field, but the peak of the good readings before', () => {
    expect(new Mill().say(1, 1.2).fail(0, 0).close()).toMatchObject({
      field: 'null sensor-fault',
      peak: '1.2 good',
      fault: 'true good',
    });
    expect(new Mill().fail(0, 0).close()).toMatchObject({ peak: 'null sensor-fault', fault: 'true good' });
  });

  it('gives a word that is no quantity a bad sample, and configuration refuses it', () => {
    const address = addressSchema.parse('humidity');
    const [sample] = millSamples([{ id: pointId('x'), address }], new Mill().interval.close(), 0, false);
    expect(sample).toMatchObject({ value: null, quality: { reason: 'no-such-address' } });
    expect(check({}, [{ id: 'x', address }])).toMatchObject([
      { point: 'x', what: expect.stringContaining('humidity') },
    ]);
  });
});

describe('a jump', () => {
  it.each([
    ['a flash', [0.1, 0.1, -3, -2.9, -2.8, -2.6], 1],
    ['a change of polarity', [0.4, 0.4, -0.3, -0.3, -0.3], 1],
    ['a step below the limit', [0.1, 0.1, 0.5, 0.5, 0.5], 0],
    ['one reading that stands alone', [0.1, 0.1, 12, 0.1, 0.1, 0.1], 0],
    ['two flashes', [0.1, 0.1, 3, 3, 3, 0.5, 0.4, 0.4], 2],
  ])('%s counts as it should', (_, fields, expected) => {
    expect(new Mill().say(...fields).close()).toMatchObject({ jumps: `${expected} good` });
  });

  it('that is slow is none', () => {
    const mill = new Mill();
    for (let field = 0; field < 8; field += 0.02) mill.say(field);
    expect(mill.close()).toMatchObject({ 'jumps-total': '0 good', step: '0.4 good' });
  });

  it('across a silence is none', () => {
    const mill = new Mill().say(0.1, 0.1);
    mill.at += 5000;
    expect(mill.say(6, 6).close()).toMatchObject({ jumps: '0 good', peak: '6 good' });
  });

  it('on the border of two intervals is not lost, and the total goes on', () => {
    const mill = new Mill().say(0.1, 0.1, 4);
    expect(mill.close()).toMatchObject({ jumps: '0 good', peak: '0.1 good' });
    expect(mill.say(3.9, 3.8).close()).toMatchObject({ jumps: '1 good', peak: '4 good', 'jumps-total': '1 good' });
    expect(mill.say(3.8).close()).toMatchObject({ jumps: '0 good', 'jumps-total': '1 good' });
  });

  it('a reading that stands alone is no extreme', () => {
    expect(new Mill().say(0.1, 0.1, 12, 0.1).close()).toMatchObject({ peak: '0.1 good', 'over-range': 'false good' });
  });

  it('a field that jumps with every reading is believed in the end', () => {
    const mill = new Mill();
    for (let turn = 0; turn < 20; turn += 1) mill.say(turn % 2 === 0 ? 3 : -3);
    expect(mill.close()['peak']).toMatch(/^-?3 good$/);
  });
});

describe('a mill that goes on talking', () => {
  it('with identical readings is uncertain after two minutes, and good with the first other one', () => {
    const mill = new Mill();
    for (let turn = 0; turn < 2400; turn += 1) mill.say(0.65);
    expect(mill.close()).toMatchObject({ field: '0.65 good', stuck: 'false good' });
    expect(mill.say(0.65).close()).toMatchObject({ field: '0.65 sensor-fault', stuck: 'true good' });
    expect(mill.say(0.66).close()).toMatchObject({ field: '0.66 good', stuck: 'false good' });
  });

  it('about zero is uncertain after ten minutes: the rotor stands', () => {
    const mill = new Mill().breathe(-0.01, 600_000);
    expect(mill.close()).toMatchObject({ field: '-0.01 good' });
    expect(mill.say(0.02, 0.01).close()).toMatchObject({ peak: '0.02 sensor-fault', stuck: 'true good' });
  });

  it('in fair weather is not stuck', () => {
    expect(new Mill().breathe(0.12, 900_000).close()).toMatchObject({ stuck: 'false good' });
  });

  it('at its limit is not stuck, however long', () => {
    const mill = new Mill();
    for (let turn = 0; turn < 5000; turn += 1) mill.say(20);
    expect(mill.close()).toMatchObject({ field: '20 good', stuck: 'false good' });
  });

  it('begins anew after a silence', () => {
    const mill = new Mill();
    for (let turn = 0; turn < 2400; turn += 1) mill.say(0.65);
    mill.at += 3000;
    expect(mill.say(0.65, 0.65).close()).toMatchObject({ stuck: 'false good' });
  });
});

it('says what is wrong in words that stay the same while it does', () => {
  const summary = (mill: Mill) => troubleOf(mill.interval.close());
  expect(summary(new Mill().say(0.1, 0.2))).toBe('');
  expect(summary(new Mill())).toContain('says nothing');
  expect(summary(new Mill().damage())).toContain('19200 8N1');
  expect(summary(new Mill().say(0.1).fail(0))).toContain('fault of its own');
  expect(summary(new Mill().say(0.1).damage())).toBe(summary(new Mill().say(0.1).damage().damage()));
});
