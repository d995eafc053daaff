import { expect, test } from 'vitest';
import { alarmId, pointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { SuppressionRule } from '#agent/model/alarm.ts';
import { Plant, define, play, show, tidy } from './timeline.ts';

const H = define();
const HH = define({ condition: { kind: 'HH', setpoint: 95, deadband: 0 } });
const lost = define({ condition: { kind: 'communication' }, onDelayMs: 5000 });
const badQuality = define({ condition: { kind: 'bad-quality', includeUncertain: false } });

test.each([
  [
    'a shelf hides the alarm for its time while the process goes on being recorded, and then shows it as it is',
    [H],
    `0s 95              | H raised normal>unacknowledged #1
     1s shelve 10m test | H shelved unacknowledged #1 (shelved)
     2s shelve 10m test | refused already-shelved
     3s 80              | H cleared unacknowledged>returned #1 (shelved)
     4s ack Li          | H acknowledged returned>normal #1 (shelved)
     5s 95              | H raised normal>unacknowledged #2 (shelved)
     601s | H unshelved unacknowledged #2
     602s unshelve      | refused not-shelved`,
  ],
  [
    'an alarm that came and went while shelved asks nobody for an acknowledgement',
    [H],
    `0s shelve 10m test | H shelved normal #0 (shelved)
     1s 95              | H raised normal>unacknowledged #1 (shelved)
     2s 80              | H cleared unacknowledged>normal #1 (shelved)
     3s unshelve        | H unshelved normal #1`,
  ],
  [
    'a latching alarm that came and went while shelved waits for its acknowledgement and reset all the same',
    [define({ latch: true })],
    `0s shelve 10m test | H shelved normal #0 (shelved)
     1s 95              | H raised normal>unacknowledged #1 (shelved)
     2s 80              | H cleared unacknowledged>latched #1 (shelved)
     600s | H unshelved latched #1`,
  ],
  [
    'a one-shot shelf ends when the alarm clears',
    [H],
    `0s 95               | H raised normal>unacknowledged #1
     1s oneshot 1h test  | H shelved unacknowledged #1 (shelved)
     2s 80               | H cleared unacknowledged>returned #1 (shelved), H unshelved returned #1
     3s 95               | H raised returned>unacknowledged #1`,
  ],
  [
    'a one-shot shelf ends after its time when the alarm does not clear',
    [H],
    `0s 95               | H raised normal>unacknowledged #1
     1s oneshot 1h test  | H shelved unacknowledged #1 (shelved)
     3601s | H unshelved unacknowledged #1`,
  ],
  [
    'a shelf longer than the priority allows, without reason or without duration is refused',
    [define({ priority: 'critical' })],
    `0s shelve 16m test | refused too-long
     1s shelve 15m      | refused no-reason
     2s shelve 0m test  | refused no-duration
     3s shelve 15m test | H shelved normal #0 (shelved)`,
  ],
  [
    'a statutory alarm is neither shelved nor taken out of service, only acknowledged',
    [define({ safetyRole: 'gas' })],
    `0s 95              | H raised normal>unacknowledged #1
     1s shelve 1m test  | refused statutory
     2s oneshot 1m test | refused statutory
     3s take-out test   | refused statutory
     4s ack Li          | H acknowledged unacknowledged>acknowledged #1`,
  ],
  [
    'a shelf survives a restart and ends at its time, the time in between included',
    [H],
    `0s shelve 10m test | H shelved normal #0 (shelved)
     60s restart 60s
     121s 95            | H raised normal>unacknowledged #1 (shelved)
     600s | H unshelved unacknowledged #1`,
  ],
  [
    'a shelf lasts its time whatever the wall clock does; set back across a restart, it begins at most what was left anew',
    [H],
    `0s shelve 10m test | H shelved normal #0 (shelved)
     10s wall -24h
     20s restart
     30s wall +48h
     40s 50
     50s restart
     620s | H unshelved normal #0`,
  ],
  [
    'a shelf that ended while the agent was down is lifted at once',
    [H],
    `0s shelve 10m test | H shelved normal #0 (shelved)
     1s restart 1h      | H unshelved normal #0`,
  ],
  [
    'out of service lasts until somebody brings the alarm back, also across a restart',
    [H],
    `0s take-out          | refused no-reason
     1s take-out repair   | H removed-from-service normal #0 (out-of-service)
     2s shelve 10m test   | H shelved normal #0 (out-of-service)
     3s 95                | H raised normal>unacknowledged #1 (out-of-service)
     4s restart 8h        | H unshelved unacknowledged #1 (out-of-service)
     28805s bring-back    | H returned-to-service unacknowledged #1
     28806s bring-back    | refused not-out-of-service`,
  ],
  [
    'asks for attention again while the alarm lasts, acknowledged or not, and not while it is shelved',
    [define({ reAlarmMs: 60_000 })],
    `0s 95              | H raised normal>unacknowledged #1
     60s | H raised unacknowledged #1
     90s ack Li         | H acknowledged unacknowledged>acknowledged #1
     120s restart
     150s | H raised acknowledged>unacknowledged #1
     151s shelve 5m why | H shelved unacknowledged #1 (shelved)
     451s | H unshelved unacknowledged #1
     511s | H raised unacknowledged #1
     512s 80            | H cleared unacknowledged>returned #1
     900s 80`,
  ],
])('%s', (_title, definitions, golden) => {
  expect(play(golden, definitions)).toBe(tidy(golden));
});

test('a lost device raises one alarm, and its points follow with the cause', () => {
  const plant = new Plant([lost, badQuality]);
  plant.sample(50);
  expect(plant.status('offline')).toEqual([]);
  expect(plant.sample(null, bad('comm-lost'))).toMatchObject([
    { event: 'suppressed', overlay: 'suppressed', cause: 'plc/communication', why: 'follows from plc/communication' },
    { event: 'raised', alarm: 'T-1/bad-quality', overlay: 'suppressed' },
  ]);
  plant.clock.pass(5000);
  expect(plant.commit(plant.engine.onTick()).map(show)).toEqual(['communication raised normal>unacknowledged #1']);
  expect(plant.status('online').map(show)).toEqual(['communication cleared unacknowledged>returned #1']);
  expect(plant.sample(50).map(show)).toEqual([
    'bad-quality cleared unacknowledged>normal #1 (suppressed)',
    'bad-quality unsuppressed normal #1',
  ]);
});

test('a point that does not come back with its device becomes an alarm of its own', () => {
  const plant = new Plant([lost, badQuality]);
  plant.status('offline');
  plant.sample(null, bad('comm-lost'));
  plant.status('online');
  plant.restart();
  plant.clock.pass(61_000);
  expect(plant.commit(plant.engine.onTick()).map(show)).toEqual(['bad-quality unsuppressed unacknowledged #1']);
});

test('samples that go on saying that the device is lost do not put off that moment', () => {
  const plant = new Plant([lost, badQuality]);
  plant.status('offline');
  plant.sample(null, bad('comm-lost'));
  plant.status('online');
  plant.clock.pass(59_000);
  expect(plant.sample(null, bad('comm-lost'))).toEqual([]);
  plant.clock.pass(1000);
  expect(plant.commit(plant.engine.onTick()).map(show)).toEqual(['bad-quality unsuppressed unacknowledged #1']);
});

test('a point that is back stays suppressed through its off-delay', () => {
  const plant = new Plant([lost, define({ ...badQuality, offDelayMs: 90_000 })]);
  plant.status('offline');
  plant.sample(null, bad('comm-lost'));
  plant.status('online');
  expect(plant.sample(50)).toEqual([]);
  plant.clock.pass(90_000);
  expect(plant.commit(plant.engine.onTick()).map(show)).toEqual([
    'bad-quality cleared unacknowledged>normal #1 (suppressed)',
    'bad-quality unsuppressed normal #1',
  ]);
});

test('a broken sensor on a lost device is no consequence of the loss', () => {
  const plant = new Plant([lost, badQuality]);
  plant.status('degraded');
  expect(plant.sample(null, bad('sensor-fault')).map(show)).toEqual(['bad-quality raised normal>unacknowledged #1']);
  plant.sample(50);
  plant.sample(null, bad('comm-lost'));
  expect(plant.sample(null, bad('sensor-fault')).map(show)).toEqual(['bad-quality unsuppressed unacknowledged #1']);
});

test('a statutory point tells its own bad quality even when its device is lost', () => {
  const plant = new Plant([lost, define({ ...badQuality, safetyRole: 'gas' })]);
  plant.status('offline');
  expect(plant.sample(null, bad('comm-lost')).map(show)).toEqual(['bad-quality raised normal>unacknowledged #1']);
});

test('a point not yet read is no alarm at the start, and one if it stays so', () => {
  const plant = new Plant([badQuality]);
  expect(plant.sample(null, bad('not-yet-read'))).toEqual([]);
  plant.clock.pass(60_000);
  expect(plant.commit(plant.engine.onTick()).map(show)).toEqual(['bad-quality raised normal>unacknowledged #1']);
  const early = new Plant([badQuality]);
  early.sample(null, bad('not-yet-read'));
  early.sample(50);
  expect(early.engine.nextDue()).toBeUndefined();
});

const running = pointId('P-1.running');
const stopped: SuppressionRule = {
  kind: 'plant-state',
  id: 'unit-stopped',
  point: running,
  values: [false],
  alarms: [H.id, HH.id],
  why: 'the unit is stopped',
};

test('alarms of a stopped unit are suppressed until it runs, or until nobody knows whether it does', () => {
  const plant = new Plant([H], [{ ...stopped, alarms: [H.id] }]);
  expect(plant.sample(false, undefined, { of: running })).toMatchObject([
    { event: 'suppressed', cause: 'unit-stopped', why: 'the unit is stopped', overlay: 'suppressed' },
  ]);
  expect(plant.sample(95).map(show)).toEqual(['H raised normal>unacknowledged #1 (suppressed)']);
  expect(plant.restart()).toEqual([]);
  expect(plant.sample(false, bad('not-yet-read'), { of: running })).toEqual([]);
  expect(plant.sample(true, undefined, { of: running }).map(show)).toEqual(['H unsuppressed unacknowledged #1']);
  plant.sample(false, undefined, { of: running });
  expect(plant.sample(false, bad('comm-lost'), { of: running }).map(show)).toEqual([
    'H unsuppressed unacknowledged #1',
  ]);
});

test('a statutory alarm in a rule is not suppressed', () => {
  const plant = new Plant([define({ safetyRole: 'sis' }), HH], [stopped]);
  expect(plant.sample(false, undefined, { of: running }).map(show)).toEqual(['HH suppressed normal #0 (suppressed)']);
});

test('the first alarm of a group speaks for those that come later, and when it clears they speak for themselves', () => {
  const L = define({ id: alarmId('P-9/L'), point: pointId('P-9'), condition: { kind: 'L', setpoint: 5, deadband: 0 } });
  const plant = new Plant(
    [H, L],
    [{ kind: 'first-out', id: 'trip', alarms: [H.id, L.id], why: 'follows from the trip' }],
  );
  expect(plant.sample(95).map(show)).toEqual([
    'H raised normal>unacknowledged #1',
    'L suppressed normal #0 (suppressed)',
  ]);
  expect(plant.transitions.at(-1)).toMatchObject({ cause: 'trip', why: 'follows from the trip (first: T-1/H)' });
  expect(plant.sample(1, undefined, { of: pointId('P-9') }).map(show)).toEqual([
    'L raised normal>unacknowledged #1 (suppressed)',
  ]);
  expect(plant.restart()).toEqual([]);
  expect(plant.sample(80).map(show)).toEqual([
    'H cleared unacknowledged>returned #1',
    'L unsuppressed unacknowledged #1',
    'H suppressed returned #1 (suppressed)',
  ]);
});

test('consequences follow their cause only while people can see the cause', () => {
  const rule: SuppressionRule = { kind: 'consequence', id: 'HH-after-H', cause: H.id, alarms: [HH.id], why: 'as H' };
  const plant = new Plant([H, HH], [rule]);
  expect(plant.sample(96).map(show)).toEqual([
    'H raised normal>unacknowledged #1',
    'HH suppressed normal #0 (suppressed)',
    'HH raised normal>unacknowledged #1 (suppressed)',
  ]);
  const answer = plant.engine.shelve(H.id, { by: 'Li', why: 'known', forMs: 60_000, isOneShot: false });
  expect(plant.answer(answer)).toEqual(['H shelved unacknowledged #1 (shelved)', 'HH unsuppressed unacknowledged #1']);
});

test('a suppression whose rule is gone from the configuration is lifted and told', () => {
  const plant = new Plant([H], [{ ...stopped, alarms: [H.id] }]);
  plant.sample(false, undefined, { of: running });
  const without = new Plant([H]);
  for (const [alarm, json] of plant.disk) without.disk.set(alarm, json);
  expect(without.restart()).toMatchObject([{ event: 'unsuppressed', why: 'the cause is no longer configured' }]);
});

test('an alarm that becomes statutory leaves its shelf', () => {
  const plant = new Plant([H]);
  plant.commit(plant.engine.shelve(H.id, { by: 'Li', why: 'known', forMs: 60_000, isOneShot: false }).step);
  expect(plant.restart(0, [define({ safetyRole: 'gas' })])).toMatchObject([
    { event: 'unshelved', by: 'configuration', why: 'the alarm has a statutory role now' },
  ]);
});

test('a rule that names an alarm that does not exist is refused', () => {
  expect(() => new Plant([H], [stopped])).toThrow(
    'suppression rule unit-stopped names the alarm T-1/HH, which is not configured',
  );
});

test('a view shows the shelf with its end, the causes of suppression and who took it out', () => {
  const plant = new Plant([H], [{ ...stopped, alarms: [H.id] }]);
  plant.sample(false, undefined, { of: running });
  plant.commit(plant.engine.shelve(H.id, { by: 'Li', why: 'known', forMs: 60_000, isOneShot: true }).step);
  plant.commit(plant.engine.removeFromService(H.id, 'Wu', 'repair').step);
  expect(plant.engine.active()).toMatchObject([
    {
      overlay: 'out-of-service',
      shelf: { by: 'Li', why: 'known', until: plant.clock.now() + 60_000, isOneShot: true },
      suppressedBy: [{ cause: 'unit-stopped', why: 'the unit is stopped' }],
      outOfService: { by: 'Wu', why: 'repair' },
    },
  ]);
});
