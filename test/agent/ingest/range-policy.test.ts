import { describe, expect, it } from 'vitest';
import { hazardSides } from '#agent/ingest/range-policy.ts';
import type { AlarmCondition, AlarmDefinition } from '#agent/model/alarm.ts';
import { alarmId, pointId, sourceId } from '#agent/model/ids.ts';
import { uncertain } from '#agent/model/quality.ts';
import { aPoint, batch, playedDriver, reading, supervised } from './supervised-source.ts';
import { virtualTime } from './virtual-time.ts';

const alarm = (condition: AlarmCondition): AlarmDefinition => ({
  id: alarmId(`P/${condition.kind}`),
  point: pointId('P'),
  source: sourceId('plc'),
  condition,
  priority: 'high',
  onDelayMs: 0,
  offDelayMs: 0,
  latch: false,
  safetyRole: 'none',
});
const high = alarm({ kind: 'H', setpoint: 80, deadband: 1 });
const low = alarm({ kind: 'LL', setpoint: 5, deadband: 1 });
const rate = alarm({ kind: 'rate-of-change', perSecond: 1, windowMs: 10_000, direction: 'rising', deadband: 0 });
const badQuality = alarm({ kind: 'bad-quality', includeUncertain: false });

describe('a reading beyond the range may be the alarm itself', () => {
  it.each([
    ['no alarm', aPoint('P'), [], { above: false, below: false }],
    ['a bad-quality alarm', aPoint('P'), [badQuality], { above: false, below: false }],
    ['a high alarm', aPoint('P'), [high], { above: true, below: false }],
    ['a low alarm', aPoint('P'), [low], { above: false, below: true }],
    ['a rate-of-change alarm', aPoint('P'), [rate], { above: true, below: true }],
    ['combustible gas', aPoint('P', { kind: 'gas-combustible', safetyRole: 'gas' }), [], { above: true, below: false }],
    ['toxic gas without a role', aPoint('P', { kind: 'gas-toxic' }), [], { above: true, below: false }],
    ['oxygen', aPoint('P', { kind: 'oxygen', safetyRole: 'gas' }), [], { above: true, below: true }],
    ['a major hazard', aPoint('P', { safetyRole: 'major-hazard' }), [], { above: true, below: true }],
  ] as const)('%s', (_, point, alarms, sides) => {
    expect(hazardSides(point, alarms)).toEqual(sides);
  });

  it('and a gas detector at 105 %LEL stays good, with one event a minute at most', () => {
    const time = virtualTime();
    const play = playedDriver();
    const gas = aPoint('GT-101', {
      kind: 'gas-combustible',
      unit: '%LEL',
      range: { low: 0, high: 100 },
      safetyRole: 'gas',
    });
    const source = supervised(time, { driver: play.driver, points: [gas] });
    source.forget();
    for (let second = 0; second < 90; second++) {
      play.send(batch(reading(time, 'GT-101', second % 2 ? 105 : 99)));
      time.advance(1_000);
    }
    expect(source.samples()).toHaveLength(90);
    expect(source.samples().every((sample) => sample.quality.level === 'good')).toBe(true);
    expect(source.events().filter((event) => event.kind === 'point.beyond-range')).toMatchObject([
      { point: 'GT-101', text: expect.stringContaining('105 %LEL') },
      { point: 'GT-101' },
    ]);
  });

  it('and one far below zero is uncertain: it has drifted and would miss gas', () => {
    const time = virtualTime();
    const play = playedDriver();
    const gas = aPoint('GT-101', { kind: 'gas-combustible', range: { low: 0, high: 100 }, safetyRole: 'gas' });
    const source = supervised(time, { driver: play.driver, points: [gas] });
    play.send(batch(reading(time, 'GT-101', -8)));
    expect(source.samples().at(-1)).toMatchObject({ value: -8, quality: uncertain('under-range') });
  });
});
