import { expect, test } from 'vitest';
import { readMemory } from '#agent/alarms/read-memory.ts';
import { bad } from '#agent/model/quality.ts';
import { Plant, define } from './timeline.ts';

const H = define({ onDelayMs: 5000, reAlarmMs: 60_000 });

/** What is on disk of an alarm in the middle of everything. */
function stored(): [string, Record<string, unknown>] {
  const plant = new Plant([H]);
  plant.sample(95);
  plant.clock.pass(5000);
  plant.sample(95, bad('sensor-fault'));
  plant.commit(plant.engine.shelve(H.id, { by: 'Li', why: 'test', forMs: 60_000, isOneShot: true }).step);
  plant.commit(plant.engine.removeFromService(H.id, 'Li', 'repair').step);
  return [H.id, JSON.parse(plant.disk.get(H.id) ?? '') as Record<string, unknown>];
}

test('what the engine wrote is read as it was', () => {
  const [alarm, value] = stored();
  expect(value).toMatchObject({ state: 'unacknowledged', isQualityLost: true, shelf: { by: 'Li' } });
  expect(readMemory([[alarm, value]])).toEqual({ memory: [value], unreadable: [] });
});

test('one damaged memory keeps no other back and is told', () => {
  const [alarm, value] = stored();
  const damaged: [string, unknown][] = [
    ['a', { ...value, alarm: 'a', state: 'sleeping' }],
    ['b', null],
    ['c', { ...value, alarm: 'c', shelf: { ...(value['shelf'] as object), remaining: {} } }],
    ['d', value],
    ['e', { ...value, alarm: 'e', definition: { ...(value['definition'] as object), point: undefined } }],
  ];
  const { memory, unreadable } = readMemory([...damaged, [alarm, value]]);
  expect(memory).toEqual([value]);
  expect(unreadable).toHaveLength(5);
  expect(unreadable[0]).toMatch(/^the stored state of alarm a cannot be read \(state: .*\); it begins at normal$/);
  expect(unreadable[3]).toContain('it belongs to another alarm');
});
