import { expect, test } from 'vitest';
import { createAlarmEngine } from '#agent/alarms/engine.ts';
import { Flag } from '#agent/model/flags.ts';
import { alarmId, pointId } from '#agent/model/ids.ts';
import { GOOD, bad } from '#agent/model/quality.ts';
import { Plant, TestClock, define, show, startUtcMs } from './timeline.ts';

const H = define();
const latching = define({ latch: true });

test('a transition says what, when, with which value, quality, limit and occurrence', () => {
  const plant = new Plant([H]);
  plant.clock.pass(500);
  expect(plant.sample(95)).toEqual([
    {
      alarm: 'T-1/H',
      point: 'T-1',
      source: 'plc',
      kind: 'H',
      event: 'raised',
      from: 'normal',
      to: 'unacknowledged',
      overlay: 'none',
      priority: 'high',
      occurrence: 1,
      time: startUtcMs + 500,
      sourceTime: startUtcMs + 500,
      value: 95,
      quality: GOOD,
      condition: { kind: 'H', setpoint: 90, deadband: 0 },
      flags: 0,
    },
  ]);
});

test('the name and the reason of the person are in the transition', () => {
  const plant = new Plant([H]);
  plant.sample(95);
  plant.commit(plant.engine.acknowledge(H.id, 'Li Na', 'sampling').step);
  expect(plant.transitions.at(-1)).toMatchObject({ event: 'acknowledged', by: 'Li Na', why: 'sampling' });
});

test('simulated input marks every transition, also what a person does after a restart', () => {
  const plant = new Plant([H]);
  plant.sample(95, GOOD, { flags: Flag.sim });
  plant.restart();
  plant.answer(plant.engine.acknowledge(H.id, 'Li'));
  expect(plant.transitions.map((one) => [one.event, one.flags])).toEqual([
    ['raised', Flag.sim],
    ['acknowledged', Flag.sim],
  ]);
});

test('a simulated source marks its communication alarm', () => {
  const plant = new Plant([define({ condition: { kind: 'communication' } })]);
  const [raised] = plant.status('offline', Flag.sim);
  expect(raised).toMatchObject({ event: 'raised', alarm: 'plc/communication', flags: Flag.sim });
  expect(raised).not.toHaveProperty('value');
});

test('acknowledging what does not exist, what is normal, or without a name is refused with the reason', () => {
  const plant = new Plant([H]);
  expect(plant.engine.acknowledge(alarmId('T-9/H'), 'Li')).toMatchObject({ accepted: false, reason: 'unknown-alarm' });
  expect(plant.engine.acknowledge(H.id, 'Li')).toMatchObject({
    accepted: false,
    reason: 'not-raised',
    text: 'T-1/H: the alarm is normal: there is nothing to acknowledge or reset',
  });
  plant.sample(95);
  expect(plant.engine.acknowledge(H.id, '  ')).toMatchObject({ accepted: false, reason: 'no-name' });
  expect(plant.engine.find(H.id)).toMatchObject({ state: 'unacknowledged' });
});

test('a refusal still brings what had become due', () => {
  const plant = new Plant([define({ onDelayMs: 5000 })]);
  plant.sample(95);
  plant.clock.pass(5000);
  const answer = plant.engine.acknowledge(alarmId('no-such'), 'Li');
  expect(answer.step.transitions.map(show)).toEqual(['H raised normal>unacknowledged #1']);
});

test('samples that change nothing make no step', () => {
  const plant = new Plant([H]);
  const now = plant.clock.now();
  const sample = { point: pointId('T-1'), value: 50, quality: GOOD, sourceTime: now, receiveTime: now, flags: 0 };
  expect(plant.engine.onSamples([sample])).toBe(plant.engine.onSamples([{ ...sample, point: pointId('T-99') }]));
  expect(plant.disk.size).toBe(0);
});

test('the next due time follows the delays, earliest first', () => {
  const plant = new Plant([
    define({ onDelayMs: 5000 }),
    define({ condition: { kind: 'L', setpoint: 99, deadband: 0 } }),
  ]);
  expect(plant.engine.nextDue()).toBeUndefined();
  plant.sample(95);
  expect(plant.engine.nextDue()).toBe(plant.clock.monotonic() + 5000);
  plant.sample(50);
  expect(plant.engine.nextDue()).toBeUndefined();
});

test('a changed limit keeps the alarm as it is until the next good sample', () => {
  const plant = new Plant([H]);
  plant.sample(95);
  const raised = define({ condition: { kind: 'H', setpoint: 97, deadband: 0 } });
  expect(plant.restart(0, [raised])).toEqual([]);
  expect(plant.engine.find(H.id)).toMatchObject({ state: 'unacknowledged', definition: raised });
  expect(plant.sample(95).map(show)).toEqual(['H cleared unacknowledged>returned #1']);
});

test('a changed configuration keeps a latched alarm even where it no longer latches', () => {
  const plant = new Plant([latching]);
  plant.sample(95);
  plant.sample(80);
  plant.restart(0, [H]);
  expect(plant.engine.find(H.id)).toMatchObject({ state: 'latched' });
  expect(plant.answer(plant.engine.acknowledge(H.id, 'Li'))).toEqual([
    'H acknowledged latched>latched-acknowledged #1',
  ]);
  expect(plant.answer(plant.engine.reset(H.id, 'Li'))).toEqual(['H reset latched-acknowledged>normal #1']);
});

test('removing the definition of an active alarm is told, and it waits for its acknowledgement', () => {
  const plant = new Plant([H]);
  plant.sample(95);
  expect(plant.restart(0, [])).toMatchObject([
    {
      event: 'removed-from-service',
      from: 'unacknowledged',
      to: 'returned',
      by: 'configuration',
      overlay: 'out-of-service',
    },
  ]);
  expect(plant.restart()).toEqual([]);
  expect(plant.engine.active()).toMatchObject([{ state: 'returned', isRemoved: true }]);
  expect(plant.answer(plant.engine.acknowledge(H.id, 'Li'))).toEqual([
    'H acknowledged returned>normal #1 (out-of-service)',
  ]);
  plant.restart();
  expect(plant.engine.list()).toEqual([]);
});

test('a definition that comes back goes on with its state and its count', () => {
  const plant = new Plant([latching]);
  plant.sample(95);
  plant.sample(80);
  plant.restart(0, []);
  expect(plant.restart(0, [latching]).map(show)).toEqual(['H returned-to-service latched #1']);
  expect(plant.sample(95).map(show)).toEqual(['H raised latched>unacknowledged #1']);
});

test('what the engine remembers is what its steps have told', () => {
  const plant = new Plant([H, define({ onDelayMs: 5000, condition: { kind: 'HH', setpoint: 95, deadband: 1 } })]);
  plant.sample(96);
  plant.sample(96, bad('sensor-fault'));
  plant.answer(plant.engine.acknowledge(H.id, 'Li'));
  expect(plant.engine.memory().map((memory) => JSON.stringify(memory))).toEqual([...plant.disk.values()]);
});

test('after a change of configuration the last samples judge a new limit', () => {
  const plant = new Plant([H]);
  plant.sample(60);
  const lower = define({ condition: { kind: 'H', setpoint: 50, deadband: 0 } });
  const next = createAlarmEngine({ definitions: [lower], memory: plant.engine.memory(), clock: plant.clock });
  expect(next.onSamples(plant.engine.lastSamples()).transitions.map(show)).toEqual([
    'H raised normal>unacknowledged #1',
  ]);
});

test('two definitions of one id are refused', () => {
  expect(() => createAlarmEngine({ definitions: [H, H], clock: new TestClock() })).toThrow(
    'alarm T-1/H is defined twice',
  );
});
