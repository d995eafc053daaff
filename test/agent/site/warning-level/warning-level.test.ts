import { describe, expect, it } from 'vitest';
import type { AlarmPriority, AlarmView } from '#agent/model/alarm.ts';
import type { Derived } from '#agent/model/derivation.ts';
import { Flag } from '#agent/model/flags.ts';
import { alarmId, pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import type { WarningLevelDefinition } from '#agent/model/warning-level.ts';
import { readWarningMemory } from '#agent/site/warning-level/memory.ts';
import { createWarningLevel } from '#agent/site/warning-level/warning-level.ts';
import type { WarningMemory } from '#agent/site/warning-level/memory.ts';
import { defaultFormula } from './default-formula.ts';

const place = (part: string) => ({
  colourPoint: pointId(`risk${part}.colour`),
  scorePoint: pointId(`risk${part}.score`),
});
const definition: WarningLevelDefinition = {
  id: 'warning-level/risk',
  name: '预警',
  places: [
    { scope: { kind: 'site' }, ...place('') },
    { scope: { kind: 'hazard-source', hazardSource: 'H1' }, ...place('.hazard.H1') },
    { scope: { kind: 'zone', zone: zoneId('farm') }, ...place('.zone.farm') },
  ],
  inputs: [
    { kind: 'people', points: ['farm.people'] },
    { kind: 'bypass', points: ['*.bypassed'] },
  ],
  formula: defaultFormula(),
  repeatMs: 10_000,
};
const points = [
  { id: pointId('T'), zone: zoneId('farm'), hazardSource: 'H1' },
  { id: pointId('G') },
  { id: pointId('farm.people'), zone: zoneId('farm') },
  { id: pointId('SIF-1.bypassed'), hazardSource: 'H1' },
];

const alarm = (point: string, priority: AlarmPriority, more: Partial<AlarmView> = {}): AlarmView => ({
  definition: {
    id: alarmId(`${point}/HH`),
    point: pointId(point),
    source: sourceId('dcs'),
    condition: { kind: 'HH', setpoint: 1, deadband: 0 },
    priority,
    onDelayMs: 0,
    offDelayMs: 0,
    latch: false,
    safetyRole: 'none',
    ...(point === 'T' && { zone: zoneId('farm') }),
  },
  state: 'unacknowledged',
  overlay: 'none',
  occurrence: 1,
  flags: 0,
  isQualityLost: false,
  isRemoved: false,
  suppressedBy: [],
  ...more,
});

const origin = { sourceTime: 0, receiveTime: 0, flags: 0 };
const permit = (more: Partial<PermitFact> = {}): PermitFact => ({
  kind: 'permit',
  ...origin,
  id: 'P-1',
  version: 1,
  isDeleted: false,
  work: 'hot-work',
  grade: 1,
  state: 'active',
  validFrom: 0,
  validTo: 1,
  zone: zoneId('farm'),
  people: [],
  gasTests: [],
  gases: [],
  cameras: [],
  ...more,
});
const grade = (more: Partial<RegisterFact> = {}): RegisterFact => ({
  kind: 'register',
  ...origin,
  register: 'enterprise-grade',
  id: 'E',
  version: 1,
  isDeleted: false,
  fields: { riskGrade: 'orange' },
  ...more,
});

function run(memory?: WarningMemory) {
  let now = 1000;
  const watch = createWarningLevel(definition, points, { now: () => now, monotonic: () => now }, memory);
  const told = new Map<string, string>();
  const events: string[] = [];
  const take = (derived: Derived<WarningMemory> | undefined): void => {
    for (const { point, value, quality } of derived?.samples ?? [])
      told.set(point, `${String(value)} ${quality.level}`);
    for (const { kind, text } of derived?.events ?? []) events.push(`${kind}: ${text}`);
  };
  const wait = (ms: number): void => {
    const end = now + ms;
    for (let due = watch.nextDue(); due !== undefined && due <= end; due = watch.nextDue()) {
      now = Math.max(now, due);
      take(watch.onTick());
    }
    now = end;
  };
  const say = (point: string, value: number | boolean, quality: Quality = GOOD, flags = 0): void => {
    take(watch.onSamples([{ point: pointId(point), value, quality, sourceTime: 0, receiveTime: 0, flags }]));
    wait(300);
  };
  say('farm.people', 0);
  say('SIF-1.bypassed', false);
  return {
    watch,
    events,
    say,
    wait,
    alarms: (...views: AlarmView[]) => {
      take(watch.onAlarms?.(views));
      wait(300);
    },
    fact: (fact: PermitFact | RegisterFact) => {
      take(watch.onFacts?.([fact]));
      wait(300);
    },
    colours: () => ['', '.hazard.H1', '.zone.farm'].map((part) => told.get(`risk${part}.colour`)),
    told,
  };
}

describe('the warning level', () => {
  it('rises with an alarm where its point belongs, and the site with its highest place', () => {
    const { alarms, colours, events } = run();
    expect(colours()).toEqual(['blue good', 'blue good', 'blue good']);
    alarms(alarm('T', 'high'));
    expect(colours()).toEqual(['yellow good', 'yellow good', 'yellow good']);
    expect(events).toEqual([
      "warning-level.raised: site yellow because alarm T/HH (high) 20 (score 20, was blue; the site's own dynamic warning, not the authority's grade)",
      expect.stringContaining('hazard source H1 yellow because'),
      expect.stringContaining('zone farm yellow because'),
    ]);
  });

  it('counts what belongs to no place for the site alone', () => {
    const { alarms, colours } = run();
    alarms(alarm('G', 'critical'));
    expect(colours()).toEqual(['yellow good', 'blue good', 'blue good']);
  });

  it('adds up alarms, bypasses, people and permits, and explains orange by all of them', () => {
    const { alarms, say, fact, colours, events, watch } = run();
    say('farm.people', 11);
    fact(permit());
    alarms(alarm('T', 'high'));
    expect(colours()).toEqual(['orange good', 'yellow good', 'orange good']);
    expect(events.at(-1)).toContain(
      'zone farm orange because people farm.people 11 24, alarm T/HH (high) 20, hot-work of grade 1 under permit P-1 12 (score 56',
    );
    expect(watch.view?.()).toMatchObject({
      places: [
        {},
        {},
        {
          because: [
            { zh: '人数 farm.people 11 24' },
            { zh: '报警 T/HH（高） 20' },
            { zh: '作业票 P-1 1 级动火作业 12' },
          ],
        },
      ],
    });
    say('SIF-1.bypassed', true);
    expect(events.filter((text) => text.includes('H1'))).toEqual([
      expect.stringContaining('hazard source H1 yellow because alarm T/HH (high) 20'),
    ]);
  });

  it('takes no more of one kind than its most: a flood of alarms is not the end of the scale by itself', () => {
    const { alarms, told } = run();
    const flood = Array.from({ length: 10_000 }, (_, index) => {
      const view = alarm('T', 'critical');
      return { ...view, definition: { ...view.definition, id: alarmId(`T${index}/HH`) } };
    });
    alarms(...flood);
    expect(told.get('risk.zone.farm.score')).toBe('80 good');
  });

  it('counts hidden alarms as they are hidden, acknowledged ones less, and statutory ones more', () => {
    const { alarms, told } = run();
    const score = (view: AlarmView): string | undefined => {
      alarms(view);
      return told.get('risk.zone.farm.score');
    };
    const plain = alarm('T', 'high');
    expect(score({ ...plain, overlay: 'shelved' })).toBe('20 good');
    expect(score({ ...plain, overlay: 'suppressed' })).toBe('4 good');
    expect(score({ ...plain, state: 'acknowledged' })).toBe('14 good');
    expect(score({ ...plain, definition: { ...plain.definition, safetyRole: 'gas' } })).toBe('30 good');
    expect(score({ ...plain, state: 'returned' })).toBe('0 good');
    expect(score({ ...plain, isRemoved: true })).toBe('0 good');
  });

  it('is lowered some time after, with the reason that is left', () => {
    const { alarms, wait, colours, events } = run();
    alarms(alarm('T', 'critical'), alarm('G', 'low'));
    alarms(alarm('T', 'critical', { state: 'normal' }));
    wait(299_000);
    expect(colours()[2]).toBe('yellow good');
    wait(2000);
    expect(colours()).toEqual(['blue good', 'blue good', 'blue good']);
    expect(events.filter((text) => text.startsWith('warning-level.lowered'))).toEqual([
      expect.stringContaining('site blue because alarm G/HH (low) 1 (score 1, was yellow'),
      expect.stringContaining('hazard source H1 blue because nothing stands any more'),
      expect.stringContaining('zone farm blue because nothing stands any more'),
    ]);
  });

  it('keeps what was known of an input in doubt, and says that it is uncertain', () => {
    const { say, wait, colours, told } = run();
    say('farm.people', 11);
    say('farm.people', 0, bad('comm-lost'));
    wait(3_600_000);
    expect(told.get('risk.zone.farm.score')).toBe('24 uncertain');
    expect(colours()).toEqual(['yellow uncertain', 'blue good', 'yellow uncertain']);
  });

  it('is in doubt while an alarm does not know its process', () => {
    const { alarms, colours } = run();
    alarms(alarm('T', 'high', { isQualityLost: true }));
    expect(colours()).toEqual(['yellow uncertain', 'yellow uncertain', 'yellow uncertain']);
  });

  it('is not held up by an alarm of its own points', () => {
    const { alarms, colours } = run();
    alarms(alarm('risk.colour', 'critical'));
    expect(colours()[0]).toBe('blue good');
  });

  it('is simulated where anything that it rests on is', () => {
    const { watch } = run();
    const derived = watch.onAlarms?.([alarm('T', 'high', { flags: Flag.sim })]);
    expect(derived?.samples.length).toBeGreaterThan(0);
    expect(derived?.samples.every(({ flags }) => flags === Flag.sim)).toBe(true);
    expect(derived?.events.every(({ flags }) => flags === Flag.sim)).toBe(true);
    expect(derived?.events[0]?.detail?.['zh']).toBe(
      '全厂 黄色，因为报警 T/HH（高） 20（分值 20，原蓝色；本单位动态预警，非监管部门分级）',
    );
  });

  it('ends with its permit, and takes no older version of it', () => {
    const { fact, told } = run();
    fact(permit({ version: 3 }));
    fact(permit({ version: 2, state: 'finished' }));
    expect(told.get('risk.zone.farm.score')).toBe('12 good');
    fact(permit({ version: 4, state: 'finished' }));
    expect(told.get('risk.zone.farm.score')).toBe('0 good');
  });

  it("shows the authority's grade beside its own colour and lets it change nothing", () => {
    const { fact, colours, events, watch } = run();
    fact(grade());
    expect(colours()[0]).toBe('blue good');
    expect(events).toEqual(['enterprise-grade.imported: grade of the enterprise as imported: riskGrade orange']);
    expect(watch.view?.()).toMatchObject({
      formula: 'site-dynamic@1',
      label: { en: expect.stringContaining("not the authority's grade") },
      enterpriseGrade: { fields: { riskGrade: 'orange' } },
      places: [{ scope: { kind: 'site' }, colour: 'blue', score: 0, because: [] }, {}, {}],
    });
    fact(grade({ version: 0, fields: { riskGrade: 'blue' } }));
    expect(watch.view?.()).toMatchObject({ enterpriseGrade: { fields: { riskGrade: 'orange' } } });
    fact(grade({ version: 2, isDeleted: true }));
    expect(watch.view?.()).toMatchObject({ enterpriseGrade: null });
  });

  it('stands as it stood after a restart, and is lowered only by what is known', () => {
    const first = run();
    first.say('farm.people', 11);
    first.fact(permit());
    first.fact(grade());
    const stored: unknown = JSON.parse(JSON.stringify(first.watch.memory()));
    const memory = readWarningMemory(stored);
    let now = 0;
    const second = createWarningLevel(definition, points, { now: () => now, monotonic: () => now }, memory);
    second.onTick();
    now = 3_600_000;
    expect(
      second.onTick().samples.map(({ point, value, quality }) => `${point} ${String(value)} ${quality.level}`),
    ).toEqual(expect.arrayContaining(['risk.zone.farm.colour yellow uncertain', 'risk.zone.farm.score 36 uncertain']));
    expect(second.view?.()).toMatchObject({ enterpriseGrade: { fields: { riskGrade: 'orange' } } });
    for (const broken of [null, {}, { ...memory, colours: { x: 'green' } }, { ...memory, permits: [1] }])
      expect(readWarningMemory(broken)).toBeUndefined();
  });
});
