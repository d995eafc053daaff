import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlarmDefinition, AlarmTransition, AlarmView, SuppressionRule } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import { alarmId, pointId } from '#agent/model/ids.ts';
import { GOOD, bad, uncertain } from '#agent/model/quality.ts';
import { Plant, define } from './timeline.ts';

/** A small site in which every kind of alarm and every kind of suppression meet. */
const t1 = pointId('T-1');
const t2 = pointId('T-2');
const unit = pointId('U-1.running');

const on = (id: string, point: PointId, parts: Partial<AlarmDefinition>): AlarmDefinition =>
  define({ id: alarmId(id), point, ...parts });

const definitions: readonly AlarmDefinition[] = [
  on('T-1/H', t1, { condition: { kind: 'H', setpoint: 90, deadband: 2 }, onDelayMs: 3000, offDelayMs: 2000 }),
  on('T-1/HH', t1, { condition: { kind: 'HH', setpoint: 95, deadband: 0 }, latch: true, safetyRole: 'sis' }),
  on('T-2/L', t2, { condition: { kind: 'L', setpoint: 10, deadband: 1 }, reAlarmMs: 20_000 }),
  on('T-2/deviation', t2, { condition: { kind: 'deviation', target: t1, setpoint: 50, deadband: 5 }, onDelayMs: 1000 }),
  on('T-1/rate-of-change', t1, {
    condition: { kind: 'rate-of-change', perSecond: 3, windowMs: 5000, direction: 'both', deadband: 0.5 },
  }),
  on('U-1.running/state', unit, { condition: { kind: 'state', values: [false] } }),
  on('T-1/bad-quality', t1, { condition: { kind: 'bad-quality', includeUncertain: false }, offDelayMs: 1000 }),
  on('T-2/bad-quality', t2, { condition: { kind: 'bad-quality', includeUncertain: true }, safetyRole: 'gas' }),
  define({ condition: { kind: 'communication' }, onDelayMs: 4000 }),
];

const named = (...ids: readonly string[]) => ids.map(alarmId);

const suppression: readonly SuppressionRule[] = [
  { kind: 'first-out', id: 'trip', alarms: named('T-1/H', 'T-1/HH', 'T-2/L'), why: 'trip' },
  { kind: 'consequence', id: 'after-L', cause: alarmId('T-2/L'), alarms: named('T-2/deviation', 'T-1/H'), why: 'L' },
  {
    kind: 'plant-state',
    id: 'stopped',
    point: unit,
    values: [false],
    alarms: named('T-2/L', 'T-2/deviation', 'T-1/rate-of-change', 'T-2/bad-quality'),
    why: 'the unit is stopped',
  },
];

type Move = (plant: Plant) => void;

const ids = fc.constantFrom(...definitions.map(({ id }) => id));
const quality = fc.constantFrom(
  GOOD,
  GOOD,
  GOOD,
  uncertain('stale'),
  bad('comm-lost'),
  bad('sensor-fault'),
  bad('not-yet-read'),
);

const moves: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom(t1, t2), fc.constantFrom(0, 5, 30, 60, 89, 92, 99), quality).map(
      ([of, value, how]): Move =>
        (plant) =>
          plant.sample(value, how, { of }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.boolean(), quality).map(
      ([value, how]): Move =>
        (plant) =>
          plant.sample(value, how, { of: unit }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('connecting', 'online', 'degraded', 'offline', 'stopped').map(
      (state): Move =>
        (plant) =>
          plant.status(state),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.integer({ min: 1, max: 70 }).map(
      (seconds): Move =>
        (plant) =>
          wait(plant, seconds),
    ),
  },
  {
    weight: 3,
    arbitrary: ids.map(
      (id): Move =>
        (plant) =>
          plant.answer(plant.engine.acknowledge(id, 'Li')),
    ),
  },
  {
    weight: 1,
    arbitrary: ids.map(
      (id): Move =>
        (plant) =>
          plant.answer(plant.engine.reset(id, 'Li')),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(ids, fc.integer({ min: 1, max: 100 }), fc.boolean()).map(
      ([id, seconds, isOneShot]): Move =>
        (plant) =>
          plant.answer(plant.engine.shelve(id, { by: 'Li', why: 'test', forMs: seconds * 1000, isOneShot })),
    ),
  },
  {
    weight: 1,
    arbitrary: ids.map(
      (id): Move =>
        (plant) =>
          plant.answer(plant.engine.removeFromService(id, 'Li', 'x')),
    ),
  },
  {
    weight: 1,
    arbitrary: ids.map(
      (id): Move =>
        (plant) =>
          plant.answer(plant.engine.returnToService(id, 'Li')),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -9, max: 9 }).map(
      (hours): Move =>
        (plant) =>
          plant.clock.stepWall(hours * 3_600_000),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.nat({ max: 100 }).map(
      (seconds): Move =>
        (plant) =>
          restart(plant, seconds),
    ),
  },
);

test('in a life of everything at once every change is told, survives a restart, and no alarm is hidden without a cause', () => {
  let told = 0;
  fc.assert(
    fc.property(fc.array(moves, { maxLength: 80, size: 'max' }), (life) => {
      const plant = new Plant(definitions, suppression);
      for (const move of life) {
        move(plant);
        expectTold(plant);
        expectCauses(plant);
      }
      told += plant.transitions.length;
    }),
    { numRuns: 200 },
  );
  expect(told).toBeGreaterThan(2000);
});

function wait(plant: Plant, seconds: number): void {
  const until = plant.clock.monotonic() + seconds * 1000;
  for (;;) {
    const due = plant.engine.nextDue();
    if (due === undefined || due > until) break;
    plant.clock.pass(Math.max(0, due - plant.clock.monotonic()));
    plant.commit(plant.engine.onTick());
  }
  plant.clock.pass(until - plant.clock.monotonic());
}

/** What the new process shows differs from the old one only by what it tells. */
function restart(plant: Plant, seconds: number): void {
  const before = new Map(plant.engine.list().map((view) => [view.definition.id, shown(view)]));
  const transitions = plant.restart(seconds * 1000);
  for (const { alarm, to, overlay, occurrence } of transitions) before.set(alarm, `${to} ${overlay} ${occurrence}`);
  expect(plant.engine.list().map((view) => [view.definition.id, shown(view)])).toEqual([...before]);
}

const shown = ({ state, overlay, occurrence }: AlarmView): string => `${state} ${overlay} ${occurrence}`;

/** Every transition begins where the one before ended, and the view is what the last one said. */
function expectTold(plant: Plant): void {
  const last = new Map<string, AlarmTransition>();
  for (const transition of plant.transitions) {
    expect(transition.from).toBe(last.get(transition.alarm)?.to ?? 'normal');
    last.set(transition.alarm, transition);
  }
  for (const view of plant.engine.list()) {
    const said = last.get(view.definition.id);
    expect(shown(view)).toBe(said === undefined ? 'normal none 0' : `${said.to} ${said.overlay} ${said.occurrence}`);
  }
}

const isAbnormal = ({ state }: AlarmView): boolean => state === 'unacknowledged' || state === 'acknowledged';

function expectCauses({ engine }: Plant): void {
  const views = new Map(engine.list().map((view) => [view.definition.id, view]));
  const isSeen = (id: string): boolean => {
    const view = views.get(alarmId(id));
    return view !== undefined && isAbnormal(view) && view.overlay === 'none';
  };
  const isExplained: Readonly<Record<string, () => boolean>> = {
    trip: () => ['T-1/H', 'T-1/HH', 'T-2/L'].some(isSeen),
    'after-L': () => isSeen('T-2/L'),
    stopped: () => true,
    'plc/communication': () => true,
  };
  const unexplained = [...views.values()].flatMap(({ definition, suppressedBy }) =>
    suppressedBy
      .filter(({ cause }) => definition.safetyRole !== 'none' || isExplained[cause]?.() !== true)
      .map(({ cause }) => `${definition.id}: ${cause}`),
  );
  expect(unexplained).toEqual([]);
}
