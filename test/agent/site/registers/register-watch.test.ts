import { describe, expect, it } from 'vitest';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import { readRegisterMemory } from '#agent/site/registers/memory.ts';
import { createRegisterWatch } from '#agent/site/registers/register-watch.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';
import { permitAt } from '../permits/permit-fixture.ts';
import {
  definitionOf,
  hiddenDanger,
  inspectionRecord,
  inspectionTask,
  riskEvent,
  riskMeasure,
  riskObject,
  riskUnit,
  TEN,
} from './register-fixture.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

interface Given {
  readonly more?: string;
  readonly at?: number;
  readonly kept?: ReadonlyMap<string, unknown>;
}

/** A watch with what it hands to the journal: records of the stream, and its memory as the disk would have it. */
function watched({ more = '', at = TEN, kept = new Map<string, unknown>() }: Given = {}) {
  const clock = new FakeClock();
  clock.pass(at - clock.now());
  const watch = createRegisterWatch(definitionOf(more), clock, readRegisterMemory(kept));
  const player = playerOf(watch, clock);
  const stored = new Map(kept);
  return {
    ...player,
    clock,
    stored,
    hear: (...facts: Fact[]): readonly string[] => {
      const derived = watch.onFacts?.(facts);
      for (const { point, value, quality, flags } of derived?.samples ?? [])
        player.told.set(point, { value, quality, flags });
      player.events.push(...(derived?.events ?? []));
      for (const { key, value } of derived?.kept ?? []) stored.set(key, value);
      return (derived?.records ?? []).map(
        ({ id, version, isDeleted }) => `${id} ${version}${isDeleted ? ' deleted' : ''}`,
      );
    },
    tick: () => watch.onTick(),
  };
}

const chain = (): RegisterFact[] => [riskObject(), riskUnit(), riskEvent(), riskMeasure()];

describe('registers', () => {
  it('hand every record that fits to the journal, in the order in which it came, permits among them', () => {
    const { hear } = watched();
    expect(hear(...chain(), inspectionTask(), permitAt(TEN))).toEqual([
      'O-1 1',
      'U-1 1',
      'E-1 1',
      'M-1 1',
      'T-1 1',
      'H-1 1',
    ]);
  });

  it('take the version that is higher, whatever its dates, and a deletion as a version', () => {
    const { hear } = watched();
    hear(...chain());
    expect(hear(riskUnit({ version: 7, sourceTime: TEN - DAY }))).toEqual(['U-1 7']);
    expect(hear(riskUnit({ version: 6, sourceTime: TEN + DAY }))).toEqual([]);
    expect(hear(riskUnit({ version: 8, isDeleted: true, fields: {} }))).toEqual(['U-1 8 deleted']);
    expect(hear(riskUnit({ version: 7 }))).toEqual([]);
  });

  it('refuse a record with every reason, and take its neighbours', () => {
    const { hear, events, value } = watched();
    const bad = hiddenDanger({ dangerState: '7', dangerName: '', cost: -1, dangerNmae: 'x' });
    expect(hear(riskObject(), bad, riskUnit())).toEqual(['O-1 1', 'U-1 1']);
    expect(events).toHaveLength(1);
    for (const reason of [
      'dangerState is "7"',
      'dangerName is missing',
      'cost is -1',
      'field dangerNmae is not of the shape',
    ])
      expect(events[0]?.text).toContain(reason);
    expect(value('dp.refused')).toBe(1);
  });

  it('count a refused record no longer once a version of it fits', () => {
    const { hear, value } = watched();
    hear(hiddenDanger({ dangerState: '7' }));
    hear(hiddenDanger({}, { version: 2 }));
    expect(value('dp.refused')).toBe(0);
  });

  it('refuse other words under a version that was told, once', () => {
    const { hear, kinds } = watched();
    hear(riskObject());
    const other = riskObject({ fields: { hazardName: '别的', hazardCode: '370600001001' } });
    expect(hear(other)).toEqual([]);
    hear(other);
    expect(kinds()).toEqual(['register.refused']);
  });

  it.each<[string, RegisterFact, string]>([
    [
      'a measure without what is inspected',
      riskMeasure({ fields: { ...riskMeasure().fields, troubleshootContent: '' } }),
      'troubleshootContent is missing where dataSrc is 2',
    ],
    [
      'a task of hours without its hours',
      inspectionTask({ fields: { ...inspectionTask().fields, checkCycleUnit: '小时' } }),
      'workStartTime is missing where checkCycleUnit is 小时',
    ],
    [
      'a cycle of nought',
      inspectionTask({ fields: { ...inspectionTask().fields, checkCycle: 0 } }),
      'checkCycle is 0; at least 1',
    ],
    ['a time that is none', inspectionRecord('soon'), 'checkTime is "soon", which is no time'],
    ['a unit of no object', { ...riskUnit(), parent: undefined } as unknown as RegisterFact, 'it has no parent'],
  ])('say what is wrong with %s', (_name, record, reason) => {
    const { hear, events } = watched();
    expect(hear(record)).toEqual([]);
    expect(events[0]?.text).toContain(reason);
  });

  it('count an inspection as overdue from the end of its cycle until it is done', () => {
    const { hear, wait, value } = watched();
    hear(...chain(), inspectionTask());
    expect(value('dp.overdue-inspections')).toBe(0);
    wait(22 * HOUR + 60_000);
    expect(value('dp.overdue-inspections')).toBe(1);
    hear(inspectionRecord('20261002090000'));
    expect(value('dp.overdue-inspections')).toBe(0);
    wait(25 * HOUR);
    expect(value('dp.overdue-inspections')).toBe(1);
  });

  it('count a task of hours as overdue within its hours only', () => {
    const { hear, wait, value } = watched({ at: Date.parse('2026-10-01T08:00:00+08:00') });
    hear(
      ...chain(),
      inspectionTask({
        fields: {
          troubleshootContent: '巡检',
          checkCycle: 2,
          checkCycleUnit: '小时',
          taskStartTime: '20261001080000',
          workStartTime: '8:00:00',
          workEndTime: '17:00:00',
        },
      }),
    );
    wait(2 * HOUR + 60_000);
    expect(value('dp.overdue-inspections')).toBe(1);
    wait(7 * HOUR);
    expect(value('dp.overdue-inspections')).toBe(0);
    wait(15 * HOUR);
    expect(value('dp.overdue-inspections')).toBe(0);
    wait(2 * HOUR);
    expect(value('dp.overdue-inspections')).toBe(1);
  });

  it('keep a monthly task to the last day of a shorter month', () => {
    const { hear, wait, clock, value } = watched({ at: Date.parse('2027-01-31T08:00:00+08:00') });
    hear(
      ...chain(),
      inspectionTask({ fields: { ...inspectionTask().fields, checkCycleUnit: '月', taskStartTime: '20270131080000' } }),
    );
    clock.pass(28 * DAY - HOUR);
    wait(60_000);
    expect(value('dp.overdue-inspections')).toBe(0);
    wait(2 * HOUR);
    expect(value('dp.overdue-inspections')).toBe(1);
  });

  it('count dangers as open until they are accepted, and as late once the day of their deadline is over', () => {
    const { hear, wait, value } = watched();
    hear(...chain(), hiddenDanger({ dangerLevel: '2' }));
    expect([value('dp.open-dangers'), value('dp.major-dangers'), value('dp.overdue-dangers')]).toEqual([1, 1, 0]);
    wait(2 * DAY + 13 * HOUR);
    expect(value('dp.overdue-dangers')).toBe(0);
    wait(2 * HOUR);
    expect(value('dp.overdue-dangers')).toBe(1);
    const closed = { dangerLevel: '2', dangerState: '9', checkAcceptPerson: '王', checkAcceptTime: '20261004100000' };
    hear(hiddenDanger(closed, { version: 2 }));
    expect([value('dp.open-dangers'), value('dp.major-dangers'), value('dp.overdue-dangers')]).toEqual([0, 0, 0]);
  });

  it('count records whose parent is unknown or deleted, and journal them all the same', () => {
    const { hear, value } = watched();
    expect(hear(riskEvent())).toEqual(['E-1 1']);
    expect(value('dp.orphans')).toBe(1);
    hear(riskObject(), riskUnit());
    expect(value('dp.orphans')).toBe(0);
    hear(riskUnit({ version: 2, isDeleted: true }));
    expect(value('dp.orphans')).toBe(1);
  });

  it('know after a restart what was stored, and tell nothing twice', () => {
    const before = watched();
    before.hear(...chain(), inspectionTask(), hiddenDanger({ dangerState: '7' }));
    const after = watched({
      kept: new Map([...before.stored].map(([key, value]) => [key, JSON.parse(JSON.stringify(value))])),
    });
    expect(after.hear(...chain(), inspectionTask(), hiddenDanger({ dangerState: '7' }))).toEqual([]);
    expect(after.events).toEqual([]);
    expect(after.value('dp.refused')).toBe(1);
    expect(after.hear(riskUnit({ version: 2 }))).toEqual(['U-1 2']);
  });

  it('tell what still holds again after a month, so that a later receiver can learn it', () => {
    const { hear, clock, tick } = watched();
    hear(...chain());
    clock.pass(29 * DAY);
    expect(tick().records).toEqual([]);
    clock.pass(2 * DAY);
    expect(tick().records?.map(({ id }) => id)).toEqual(['O-1', 'U-1', 'E-1', 'M-1']);
    expect(tick().records).toEqual([]);
  });

  it('forget inspections that are not the last of their task after a month', () => {
    const { hear, clock, tick } = watched();
    hear(...chain(), inspectionTask(), inspectionRecord('20261001090000'), inspectionRecord('20261001100000'));
    clock.pass(31 * DAY);
    const dropped = tick().kept?.filter(({ value }) => value === undefined);
    expect(dropped?.map(({ key }) => key)).toEqual(['known:inspection-record/R-20261001090000']);
  });

  it('are uncertain while the system that tells them is silent', () => {
    const { hear, play, level } = watched({ more: ', feed: feed' });
    hear(...chain());
    expect(level('dp.overdue-inspections')).toBe('uncertain');
    play({ feed: true });
    expect(level('dp.overdue-inspections')).toBe('good');
    play({ feed: false });
    expect(level('dp.overdue-inspections')).toBe('uncertain');
  });

  it('are simulated where one record is', () => {
    const { hear, told } = watched();
    hear(riskObject({ flags: Flag.sim }));
    expect(told.get('dp.open-dangers')?.flags).toBe(Flag.sim);
  });

  it('tell thousands of faults as fifty events and their number', () => {
    const { hear, events, value } = watched();
    hear(...Array.from({ length: 3000 }, (_, index) => riskObject({ id: `O-${index}`, fields: {} })));
    expect(events).toHaveLength(51);
    expect(events.at(-1)?.text).toContain('2950 further records');
    expect(value('dp.refused')).toBe(1000);
  });

  it('hold 20,000 records and say which are no longer watched', () => {
    const { hear, kinds, value } = watched();
    hear(...Array.from({ length: 20_010 }, (_, index) => riskObject({ id: `O-${index}`, receiveTime: TEN + index })));
    expect(value('dp.records')).toBe(20_000);
    expect(kinds()).toEqual(Array.from({ length: 10 }, () => 'register.not-held'));
  });
});
