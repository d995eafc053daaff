import { expect, it } from 'vitest';
import type { AlarmPriority, AlarmView } from '#agent/model/alarm.ts';
import type { FloodView } from '#agent/model/flood.ts';
import { alarmId, sourceId, zoneId } from '#agent/model/ids.ts';
import { createFloodWatch } from '#agent/site/floods/flood-watch.ts';
import { readFloodMemory } from '#agent/site/floods/memory.ts';
import type { FloodMemory } from '#agent/site/floods/memory.ts';
import { configOf, head, loadText } from '../../../config/site-folder.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';

const definition = (keys = '') => {
  const { derivations } = configOf(loadText(`${head}floods:\n  - { id: alarms${keys} }\n`));
  const found = derivations.find(({ kind }) => kind === 'flood');
  if (found?.kind !== 'flood') throw new Error('no watch');
  return found.definition;
};

function watched(keys = '', clock = new FakeClock(), memory?: FloodMemory) {
  const watch = createFloodWatch(definition(keys), clock, memory);
  const player = playerOf(watch, clock);
  const view = (
    id: string,
    more: Partial<AlarmView> = {},
    priority: AlarmPriority = 'high',
    group?: string,
  ): AlarmView => ({
    definition: {
      id: alarmId(id),
      source: sourceId('dcs'),
      condition: { kind: 'communication' },
      priority,
      onDelayMs: 0,
      offDelayMs: 0,
      latch: false,
      safetyRole: 'none',
      zone: zoneId(id.startsWith('T') ? 'farm' : 'hall'),
      ...(group !== undefined && { group }),
    },
    state: 'unacknowledged',
    overlay: 'none',
    occurrence: 1,
    raisedAt: clock.now(),
    flags: 0,
    isQualityLost: false,
    isRemoved: false,
    suppressedBy: [],
    ...more,
  });
  const hear = (...views: AlarmView[]): void => {
    const derived = watch.onAlarms?.(views);
    for (const { point, value, quality, flags } of derived?.samples ?? [])
      player.told.set(point, { value, quality, flags });
    player.events.push(...(derived?.events ?? []));
  };
  const flood = (): FloodView['flood'] => {
    const shown = watch.view?.() as FloodView | undefined;
    return shown?.flood ?? null;
  };
  const raise = (count: number, from = 0): void => {
    for (let index = from; index < from + count; index += 1) hear(view(`T-${index}`));
  };
  return {
    ...player,
    wait: (ms: number) => player.wait(ms),
    value: (point: string) => player.value(point),
    watch,
    clock,
    view,
    hear,
    raise,
    flood,
  };
}

it('a flood begins with the eleventh alarm in ten minutes and ends with fewer than five', () => {
  const { raise, wait, value, kinds } = watched();
  raise(10);
  wait(1000);
  expect(value('alarms.flood')).toBe(false);
  raise(1, 10);
  expect([value('alarms.flood'), value('alarms.alarms-in-window')]).toEqual([true, 11]);
  wait(599_000);
  expect(value('alarms.flood')).toBe(true);
  wait(3000);
  expect([value('alarms.flood'), value('alarms.alarms-in-window')]).toEqual([false, 0]);
  expect(kinds()).toEqual(['alarm-flood.began', 'alarm-flood.ended']);
});

it('its summary says how many, of which priorities, where, and which was the first, in both languages', () => {
  const { hear, view, flood, events, wait } = watched();
  hear(
    ...Array.from({ length: 8 }, (_, index) => view(`T-${index}`, {}, 'critical')),
    ...Array.from({ length: 4 }, (_, index) => view(`P-${index}`, {}, 'low')),
  );
  expect(flood()).toMatchObject({
    alarms: 12,
    first: 'T-0',
    priorities: { critical: 8, high: 0, medium: 0, low: 4 },
    zones: [
      { zone: 'farm', alarms: 8 },
      { zone: 'hall', alarms: 4 },
    ],
  });
  expect(events[0]).toMatchObject({
    text: 'alarms: alarm flood began: 12 alarms (critical 8, high 0, medium 0, low 4), the first T-0',
    detail: { zh: 'alarms 报警泛滥开始：12 个报警（紧急 8，高 0，中 0，低 4），首个 T-0', zones: 'farm 8, hall 4' },
  });
  hear(view('T-99'));
  wait(61_000);
  expect(events.map(({ kind }) => kind)).toEqual(['alarm-flood.began', 'alarm-flood.summary']);
  wait(120_000);
  expect(events).toHaveLength(2);
});

it('counts what asks for attention once: no acknowledged, hidden or repeated alarm, and none of another position', () => {
  const { hear, view, value } = watched(', group: boiler');
  const of = (more: Partial<AlarmView>) => view('T', more, 'high', 'boiler');
  hear(
    of({}),
    of({}),
    of({ occurrence: 2, state: 'acknowledged' }),
    of({ occurrence: 3, overlay: 'shelved' }),
    view('P'),
  );
  expect(value('alarms.alarms-in-window')).toBe(1);
  hear(of({ occurrence: 4 }));
  expect(value('alarms.alarms-in-window')).toBe(2);
});

it('goes on over a restart without counting anything twice', () => {
  const first = watched();
  first.raise(12);
  const memory = readFloodMemory(JSON.parse(JSON.stringify(first.watch.memory())));
  const second = watched('', first.clock, memory);
  second.hear(...Array.from({ length: 12 }, (_, index) => second.view(`T-${index}`)));
  expect(second.kinds()).toEqual([]);
  expect(second.flood()?.alarms).toBe(11);
  second.raise(1, 12);
  expect(second.flood()?.alarms).toBe(12);
  second.wait(603_000);
  expect(second.kinds()).toContain('alarm-flood.ended');
});

it('a flood that would end as it begins is a fault of the configuration', () => {
  const found = loadText(`${head}floods:\n  - { id: alarms, startsAbove: 3 }\n`);
  expect(found.ok ? [] : found.errors.map(({ what }) => what)).toEqual([
    'a flood that begins above 3 would end below 5',
  ]);
});
