import { expect, test } from 'vitest';
import { alarmFigures } from '#agent/alarms/figures.ts';
import { findFloods } from '#agent/alarms/floods.ts';
import type { AlarmEventName, AlarmOverlay, AlarmPriority, AlarmState, AlarmTransition } from '#agent/model/alarm.ts';
import { alarmId } from '#agent/model/ids.ts';
import { define } from './timeline.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Parts {
  readonly at: number;
  readonly event: AlarmEventName;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly alarm?: string;
  readonly overlay?: AlarmOverlay;
  readonly priority?: AlarmPriority;
}

function transition({ at, event, from, to, alarm = 'a', overlay = 'none', priority = 'high' }: Parts): AlarmTransition {
  const { source, condition } = define();
  return {
    alarm: alarmId(alarm),
    source,
    kind: condition.kind,
    event,
    from,
    to,
    overlay,
    priority,
    occurrence: 1,
    time: at,
    condition,
    flags: 0,
  };
}

const raised = (at: number, more: Partial<Parts> = {}): AlarmTransition =>
  transition({ at, event: 'raised', from: 'normal', to: 'unacknowledged', ...more });
const cleared = (at: number, more: Partial<Parts> = {}): AlarmTransition =>
  transition({ at, event: 'cleared', from: 'unacknowledged', to: 'returned', ...more });
const acknowledged = (at: number, more: Partial<Parts> = {}): AlarmTransition =>
  transition({ at, event: 'acknowledged', from: 'unacknowledged', to: 'acknowledged', ...more });

const window = { from: 0, to: day };
const every = (count: number, stepMs: number, start = 0): number[] =>
  Array.from({ length: count }, (_, index) => start + index * stepMs);

test('counts what asked for attention: in the open, again as a reminder, or when its overlay was lifted', () => {
  const shelved = { alarm: 'b', overlay: 'shelved' } as const;
  const figures = alarmFigures(
    [
      raised(minute),
      raised(11 * minute, { from: 'unacknowledged' }),
      raised(2 * minute, shelved),
      transition({ at: 3 * hour, event: 'unshelved', from: 'unacknowledged', to: 'unacknowledged', alarm: 'b' }),
      raised(5 * hour, { ...shelved, alarm: 'c' }),
      cleared(6 * hour, { ...shelved, alarm: 'c', to: 'normal' }),
      transition({ at: 7 * hour, event: 'unshelved', from: 'normal', to: 'normal', alarm: 'c' }),
    ],
    window,
  );
  expect(figures.annunciated).toBe(3);
  expect(figures.topTen).toEqual([
    { alarm: 'a', count: 2, share: 2 / 3 },
    { alarm: 'b', count: 1, share: 1 / 3 },
  ]);
});

test('rates are per ten minutes and per hour from the start of the report', () => {
  const times = [...every(11, 1000), ...every(20, minute, 10 * minute)];
  const figures = alarmFigures(
    times.map((at, index) => raised(at, { alarm: `a${index}` })),
    { from: 0, to: 2 * hour },
  );
  expect(figures.perTenMinutes).toEqual({ average: 31 / 12, peak: 11, shareAboveTen: 1 / 12 });
  expect(figures.shareOfHoursAboveThirty).toBe(1 / 2);
  expect(figures.topTen).toHaveLength(10);
  expect(figures.shareOfTopTen).toBeCloseTo(10 / 31);
});

test('ten alarms in ten minutes are no flood, eleven are', () => {
  expect(findFloods(every(10, 1000), day)).toEqual([]);
  expect(findFloods(every(11, 1000), day)).toEqual([{ from: 0, to: 6000 + 10 * minute, alarms: 11, peak: 11 }]);
  expect(findFloods(every(11, minute), day)).toEqual([]);
});

test('a flood lasts until fewer than five alarms came within ten minutes', () => {
  const tail = every(10, 2 * minute, minute);
  const [flood, ...more] = findFloods([...every(11, 1000), ...tail], day);
  expect(more).toEqual([]);
  // The tail keeps five in the window; when the fifth last of all has left it, four are there.
  expect(flood).toEqual({ from: 0, to: (tail.at(-5) ?? 0) + 10 * minute, alarms: 21, peak: 16 });
});

test('a flood that still lasts has no end, and its time counts up to now', () => {
  const figures = alarmFigures(
    every(20, 1000).map((at) => raised(at)),
    { from: 0, to: minute },
  );
  expect(figures.floods).toEqual([{ from: 0, alarms: 20, peak: 20 }]);
  expect(figures.shareOfTimeInFlood).toBe(1);
});

test('two floods share no alarm and no time', () => {
  const [first, second, ...more] = findFloods([...every(11, 1000), ...every(11, 1000, 10 * minute + 8000)], day);
  expect(more).toEqual([]);
  expect(first).toMatchObject({ from: 0, to: 10 * minute + 6000, alarms: 11 });
  expect(second).toMatchObject({ from: 10 * minute + 8000, alarms: 11 });
});

test('chattering is three raises from a normal process within a minute, reminders not counted', () => {
  const chatter = [0, 20_000, 60_000].flatMap((at) => [raised(at), cleared(at + 5000)]);
  const reminders = [0, 1000, 2000].map((at) => raised(at, { alarm: 'b', from: at === 0 ? 'normal' : 'acknowledged' }));
  const slow = [0, 30_001, 60_002].map((at) => raised(at, { alarm: 'c' }));
  expect(alarmFigures([...chatter, ...reminders, ...slow], window).chattering).toEqual([
    { alarm: 'a', raised: 3, mostInAMinute: 3 },
  ]);
});

test('fleeting alarms clear within a minute', () => {
  const list = [
    raised(0),
    cleared(59_999),
    raised(hour, { from: 'returned' }),
    cleared(hour + 1000),
    raised(0, { alarm: 'b' }),
    cleared(minute, { alarm: 'b' }),
  ];
  expect(alarmFigures(list, window).fleeting).toEqual([{ alarm: 'a', times: 2 }]);
});

test('stale alarms have been abnormal for more than a day at the end, acknowledged or not', () => {
  const list = [
    raised(-2 * day, { alarm: 'old' }),
    acknowledged(-day, { alarm: 'old' }),
    raised(-2 * day, { alarm: 'over' }),
    cleared(0, { alarm: 'over' }),
    raised(0, { alarm: 'just-a-day' }),
  ];
  expect(alarmFigures(list, window).stale).toEqual([{ alarm: 'old', since: -2 * day }]);
});

test('priorities are shares of what asked for attention in the time of the report', () => {
  const list = [raised(-1, { priority: 'critical' }), raised(0, { priority: 'low' }), raised(1, { alarm: 'b' })];
  const { priorities, annunciated } = alarmFigures(list, window);
  expect(annunciated).toBe(2);
  expect(priorities).toMatchObject({ critical: { count: 0 }, high: { share: 0.5 }, low: { count: 1, share: 0.5 } });
});

test('the time to acknowledge runs from the first time that people were asked', () => {
  const list = [
    raised(0),
    raised(10 * minute, { from: 'unacknowledged' }),
    acknowledged(20 * minute),
    raised(hour, { alarm: 'b' }),
    cleared(hour + minute, { alarm: 'b' }),
    transition({ at: 2 * hour, event: 'acknowledged', from: 'returned', to: 'normal', alarm: 'b' }),
    raised(3 * hour, { alarm: 'c' }),
  ];
  expect(alarmFigures(list, window).acknowledgement).toEqual({
    count: 2,
    meanMs: 40 * minute,
    longestMs: hour,
    waiting: 1,
  });
});

test('a quiet day has figures too', () => {
  expect(alarmFigures([], window)).toMatchObject({
    annunciated: 0,
    perTenMinutes: { average: 0, peak: 0, shareAboveTen: 0 },
    floods: [],
    shareOfTopTen: 0,
    priorities: { critical: { count: 0, share: 0 } },
    acknowledgement: { count: 0, waiting: 0 },
  });
});
