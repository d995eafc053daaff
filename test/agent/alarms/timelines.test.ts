import { expect, test } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { define, play, tidy } from './timeline.ts';

const H = { kind: 'H', setpoint: 90, deadband: 2 } as const;

test.each([
  [
    'raises at the setpoint and clears only beyond the deadband',
    [define({ condition: H })],
    `0s 89.9
     1s 90    | H raised normal>unacknowledged #1
     2s 88
     3s 87.9  | H cleared unacknowledged>returned #1
     4s ack Li | H acknowledged returned>normal #1`,
  ],
  [
    'low limits mirror high ones',
    [define({ condition: { kind: 'LL', setpoint: 10, deadband: 2 } })],
    `0s 11
     1s 10    | LL raised normal>unacknowledged #1
     2s ack Li | LL acknowledged unacknowledged>acknowledged #1
     3s 12
     4s 12.1  | LL cleared acknowledged>normal #1`,
  ],
  [
    'raises only after the on-delay without a break, and clears only after the off-delay without a break',
    [define({ condition: H, onDelayMs: 5000, offDelayMs: 10_000 })],
    `0s 95
     4s 80
     5s 95
     9s 96
     10s | H raised normal>unacknowledged #1
     11s 80
     20s 95
     21s 80
     31s | H cleared unacknowledged>returned #1`,
  ],
  [
    'keeps a latched alarm until it is acknowledged and reset, in this order',
    [define({ condition: H, latch: true })],
    `0s 95        | H raised normal>unacknowledged #1
     1s 80        | H cleared unacknowledged>latched #1
     2s reset Li  | refused not-acknowledged
     3s ack Li    | H acknowledged latched>latched-acknowledged #1
     4s ack Li    | refused already-acknowledged
     5s reset Li  | H reset latched-acknowledged>normal #1
     6s reset Li  | refused not-raised
     7s ack Li    | refused not-raised`,
  ],
  [
    'a latched alarm that comes again stays one occurrence',
    [define({ condition: H, latch: true })],
    `0s 95        | H raised normal>unacknowledged #1
     1s ack Li    | H acknowledged unacknowledged>acknowledged #1
     2s reset Li  | refused still-abnormal
     3s 80        | H cleared acknowledged>latched-acknowledged #1
     4s 95        | H raised latched-acknowledged>unacknowledged #1`,
  ],
  [
    'bad and uncertain input neither raises nor clears, and an active alarm tells that it is blind',
    [define({ condition: H })],
    `0s bad 99
     1s uncertain 99
     2s 95          | H raised normal>unacknowledged #1
     3s bad 0       | H quality-lost unacknowledged #1
     4s uncertain 0
     5s ack Li      | H acknowledged unacknowledged>acknowledged #1
     6s 95          | H quality-regained acknowledged #1
     7s bad 0       | H quality-lost acknowledged #1
     8s 80          | H quality-regained acknowledged #1, H cleared acknowledged>normal #1`,
  ],
  [
    'an on-delay halts while the input is bad and goes on where it stopped',
    [define({ condition: H, onDelayMs: 5000 })],
    `0s 95
     3s bad 0
     100s 95
     102s | H raised normal>unacknowledged #1`,
  ],
  [
    'a halted on-delay is over when the next good sample is out of alarm',
    [define({ condition: H, onDelayMs: 5000 })],
    `0s 95
     3s bad 0
     10s 80
     11s 95
     16s | H raised normal>unacknowledged #1`,
  ],
  [
    'an off-delay begins again in full after bad input, and so does the deadband',
    [define({ condition: H, offDelayMs: 5000 })],
    `0s 95      | H raised normal>unacknowledged #1
     1s 80
     5s bad 0   | H quality-lost unacknowledged #1
     9s 89      | H quality-regained unacknowledged #1
     20s 80
     25s | H cleared unacknowledged>returned #1`,
  ],
  [
    'backfilled samples never raise or clear',
    [define({ condition: H })],
    `0s 80
     1s backfill 99
     2s 95          | H raised normal>unacknowledged #1
     3s backfill 0`,
  ],
  [
    'an active alarm is not raised again by a restart, and not cleared before a good sample',
    [define({ condition: H })],
    `0s 95        | H raised normal>unacknowledged #1
     1s ack Li    | H acknowledged unacknowledged>acknowledged #1
     2s restart
     3s 89
     4s bad 0     | H quality-lost acknowledged #1
     5s restart 1h
     3606s 95     | H quality-regained acknowledged #1
     3607s 80     | H cleared acknowledged>normal #1
     3608s 95     | H raised normal>unacknowledged #2`,
  ],
  [
    'a restart in the middle of an on-delay does not lose the time that has passed',
    [define({ condition: H, onDelayMs: 60_000 })],
    `0s 95
     40s restart 10s
     51s 95
     61s | H raised normal>unacknowledged #1`,
  ],
  [
    'a restart in the middle of an off-delay keeps the alarm for a whole off-delay of new evidence',
    [define({ condition: H, offDelayMs: 10_000 })],
    `0s 95      | H raised normal>unacknowledged #1
     1s 80
     9s restart
     30s 80
     40s | H cleared unacknowledged>returned #1`,
  ],
  [
    'what was left of an off-delay at a restart never shortens a later on-delay',
    [define({ condition: H, onDelayMs: 60_000, offDelayMs: 10_000 })],
    `0s 95
     60s | H raised normal>unacknowledged #1
     61s 80
     62s ack Li | H acknowledged unacknowledged>acknowledged #1
     63s restart
     64s 80
     74s | H cleared acknowledged>normal #1
     75s 95
     135s | H raised normal>unacknowledged #2`,
  ],
  [
    'steps of the wall clock change no delay',
    [define({ condition: H, onDelayMs: 5000, offDelayMs: 5000 })],
    `0s 95
     1s wall +24h
     2s 95
     5s | H raised normal>unacknowledged #1
     6s 80
     7s wall -24h
     8s 80
     11s | H cleared unacknowledged>returned #1`,
  ],
  [
    'a wall clock set back across a restart never makes an on-delay longer than it was',
    [define({ condition: H, onDelayMs: 10_000 })],
    `0s 95
     4s wall -24h
     5s restart
     6s 95
     16s | H raised normal>unacknowledged #1`,
  ],
  [
    'a statutory alarm has no on-delay, whatever is configured',
    [define({ condition: H, onDelayMs: 60_000, safetyRole: 'gas' })],
    `0s 95 | H raised normal>unacknowledged #1`,
  ],
  [
    'a deviation from another point is judged when either moves, and only on good input of both',
    [define({ condition: { kind: 'deviation', target: pointId('T-2'), setpoint: 10, deadband: 1 } })],
    `0s 50
     1s target 45
     2s target 40   | deviation raised normal>unacknowledged #1
     3s 49.5
     4s bad 40      | deviation quality-lost unacknowledged #1
     5s target 40
     6s 48          | deviation quality-regained unacknowledged #1, deviation cleared unacknowledged>returned #1
     7s 29          | deviation raised returned>unacknowledged #1`,
  ],
  [
    'a rate of change is measured over a whole window and ends by itself when the value stands still',
    [
      define({
        condition: { kind: 'rate-of-change', perSecond: 1, windowMs: 10_000, direction: 'rising', deadband: 0 },
      }),
    ],
    `0s 50
     5s 70
     10s 70  | rate-of-change raised normal>unacknowledged #1
     20s | rate-of-change cleared unacknowledged>returned #1
     21s 20
     40s bad 0
     41s 90
     51s 90
     52s 99.9
     53s 100 | rate-of-change raised returned>unacknowledged #1
     63s | rate-of-change cleared unacknowledged>returned #1`,
  ],
  [
    'a falling rate does not count where only rising does, and does where both do',
    [define({ condition: { kind: 'rate-of-change', perSecond: 1, windowMs: 2000, direction: 'both', deadband: 0 } })],
    `0s 50
     2s 49
     4s 45  | rate-of-change raised normal>unacknowledged #1
     6s | rate-of-change cleared unacknowledged>returned #1`,
  ],
  [
    'a state alarm compares values as they are',
    [define({ condition: { kind: 'state', values: [true, 3] } })],
    `0s false
     1s 1
     2s true  | state raised normal>unacknowledged #1
     3s 3
     4s bad 0 | state quality-lost unacknowledged #1
     5s 0     | state quality-regained unacknowledged #1, state cleared unacknowledged>returned #1`,
  ],
  [
    'a bad-quality alarm is raised by bad input and cleared by good input alone',
    [define({ condition: { kind: 'bad-quality', includeUncertain: false }, onDelayMs: 30_000 })],
    `0s uncertain 1
     10s bad 1
     20s uncertain 1
     30s bad 1
     40s | bad-quality raised normal>unacknowledged #1
     41s uncertain 1
     42s 1 | bad-quality cleared unacknowledged>returned #1`,
  ],
  [
    'a communication alarm goes on through every new attempt to connect',
    [define({ condition: { kind: 'communication' }, onDelayMs: 5000 })],
    `0s connecting
     60s offline
     61s connecting
     64s offline
     65s | communication raised normal>unacknowledged #1
     66s connecting
     67s degraded
     68s online     | communication cleared unacknowledged>returned #1
     69s restart
     70s connecting
     71s online
     72s offline
     77s | communication raised returned>unacknowledged #1`,
  ],
])('%s', (_title, definitions, golden) => {
  expect(play(golden, definitions)).toBe(tidy(golden));
});
