import { expect, test } from 'vitest';
import { adviseAgainstChatter } from '#agent/alarms/advice.ts';
import { replay } from '#agent/alarms/replay.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { define, show, startUtcMs } from './timeline.ts';

const record = (values: readonly number[], stepMs = 1000): Sample[] =>
  values.map((value, index) => {
    const time = startUtcMs + index * stepMs;
    return { point: pointId('T-1'), value, quality: GOOD, sourceTime: time, receiveTime: time, flags: 0 };
  });

const H = define();
/** A level that swings by one around its limit of 90 every three seconds, for two minutes. */
const swinging = record([0, ...Array.from({ length: 120 }, (_, second) => (second % 3 === 0 ? 90.5 : 89.5)), 0]);

test('a replay gives what the engine would have told, delays included', () => {
  const delayed = define({ onDelayMs: 1500 });
  const transitions = replay([delayed], record([80, 95, 95, 95, 80]));
  expect(transitions.map(show)).toEqual(['H raised normal>unacknowledged #1', 'H cleared unacknowledged>returned #1']);
  expect(transitions.map(({ time }) => time - startUtcMs)).toEqual([2500, 4000]);
});

test('says which deadband, off-delay, on-delay or setpoint would have ended the chatter, and what a delay would have cost', () => {
  const sawtooth = record(
    Array.from({ length: 120 }, (_, second) => (second < 100 ? [89.5, 91][second % 2] : 96) ?? 0),
  );
  const same = { raised: 1, raisedNow: 50 };
  expect(adviseAgainstChatter(H, sawtooth)).toEqual([
    { setting: 'deadband', value: 0.1 * 6.5, ...same, laterMs: 0 },
    { setting: 'offDelayMs', value: 2000, ...same, laterMs: 0 },
    { setting: 'onDelayMs', value: 2000, ...same, laterMs: 100_000 },
    { setting: 'setpoint', value: 90 + 0.2 * 6.5, ...same, laterMs: 99_000 },
  ]);
});

test('advises the smallest deadband that is enough', () => {
  const [deadband] = adviseAgainstChatter(H, swinging);
  // The values spread over 90.5: two per cent are 1.81, one per cent is 0.905 and more than the half unit of the swing.
  expect(deadband).toEqual({ setting: 'deadband', value: 0.905, raised: 1, raisedNow: 40, laterMs: 0 });
});

test('a statutory alarm is never advised to wait', () => {
  const advice = adviseAgainstChatter(define({ safetyRole: 'gas' }), swinging);
  expect(advice.map(({ setting }) => setting)).toEqual(['deadband', 'offDelayMs']);
});

test('an alarm that does not chatter gets no advice', () => {
  expect(adviseAgainstChatter(H, record([80, 95, 80], 60_000))).toEqual([]);
});
