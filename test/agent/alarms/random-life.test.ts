import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import { Flag } from '#agent/model/flags.ts';
import { GOOD, bad, uncertain } from '#agent/model/quality.ts';
import type { ReferenceOptions } from './reference-alarm.ts';
import { ReferenceAlarm } from './reference-alarm.ts';
import { Plant, define } from './timeline.ts';

const quarterMs = 250;

type Move =
  | { readonly do: 'wait' | 'restart'; readonly quarters: number }
  | { readonly do: 'good' | 'bad' | 'uncertain' | 'backfill' | 'die-before-commit'; readonly value: number }
  | { readonly do: 'ack' | 'reset' | 'unshelve' | 'take-out' | 'bring-back' | 'remove-and-bring-back' }
  | { readonly do: 'shelve'; readonly seconds: number; readonly isOneShot: boolean }
  | { readonly do: 'wall'; readonly hours: number };

const value = fc.constantFrom(80, 87, 88, 89, 90, 95);
const quarters = fc.nat({ max: 25 }).map((seconds) => seconds * 4);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('good'), value }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('bad', 'uncertain', 'backfill'), value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('die-before-commit'), value }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('wait'), quarters }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('ack', 'reset') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('unshelve', 'take-out', 'bring-back') }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('shelve'),
      seconds: fc.integer({ min: 1, max: 40 }),
      isOneShot: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restart'), quarters }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('remove-and-bring-back') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('wall'), hours: fc.integer({ min: -48, max: 48 }) }) },
);

const options: fc.Arbitrary<ReferenceOptions> = fc.record({
  onDelay: fc.constantFrom(0, 20, 40),
  offDelay: fc.constantFrom(0, 28, 48),
  // Off the whole seconds on which all else happens, as shelves are by half a second: no two ends at one moment.
  reAlarm: fc.constantFrom(undefined, 81),
  latch: fc.boolean(),
  isStatutory: fc.boolean(),
});

test('no life of random events, restarts, clock steps and changes of configuration differs from the paper one', () => {
  let checked = 0;
  fc.assert(
    fc.property(options, fc.array(move, { maxLength: 80, size: 'max' }), (chosen, moves) => {
      const reference = new ReferenceAlarm(chosen);
      const plant = plantOf(chosen);
      for (const one of moves) {
        expect(play(plant, one)).toBe(playOnPaper(reference, one));
        expect(plant.transitions.map(onPaper)).toEqual(reference.log);
      }
      expectUnbroken(plant.transitions);
      checked += plant.transitions.length;
    }),
    { numRuns: 500 },
  );
  expect(checked).toBeGreaterThan(2000);
});

function plantOf({ onDelay, offDelay, reAlarm, latch, isStatutory }: ReferenceOptions): Plant {
  return new Plant([
    define({
      condition: { kind: 'H', setpoint: 90, deadband: 2 },
      onDelayMs: onDelay * quarterMs,
      offDelayMs: offDelay * quarterMs,
      ...(reAlarm === undefined ? {} : { reAlarmMs: reAlarm * quarterMs }),
      latch,
      safetyRole: isStatutory ? 'sis' : 'none',
    }),
  ]);
}

/** @returns the reason of a refusal */
function play(plant: Plant, one: Move): string | undefined {
  const { engine, definitions, clock } = plant;
  const id = define().id;
  const answer = (given: ReturnType<typeof engine.acknowledge>): string | undefined => {
    plant.commit(given.step);
    return given.accepted ? undefined : given.reason;
  };
  switch (one.do) {
    case 'wait':
      for (let quarter = 0; quarter < one.quarters; quarter += 1) {
        clock.pass(quarterMs);
        if ((engine.nextDue() ?? Infinity) <= clock.monotonic()) plant.commit(engine.onTick());
      }
      break;
    case 'good':
      plant.sample(one.value);
      break;
    case 'bad':
      plant.sample(one.value, bad('comm-lost'));
      break;
    case 'uncertain':
      plant.sample(one.value, uncertain('stale'));
      break;
    case 'backfill':
      plant.sample(one.value, GOOD, { flags: Flag.backfilled });
      break;
    case 'die-before-commit':
      // The process is killed when the engine has decided and the journal has not yet written.
      plant.decideOnly(one.value);
      plant.restart();
      break;
    case 'ack':
      return answer(engine.acknowledge(id, 'Li'));
    case 'reset':
      return answer(engine.reset(id, 'Li'));
    case 'shelve': {
      const forMs = one.seconds * 1000 + 500;
      return answer(engine.shelve(id, { by: 'Li', why: 'test', forMs, isOneShot: one.isOneShot }));
    }
    case 'unshelve':
      return answer(engine.unshelve(id, 'Li'));
    case 'take-out':
      return answer(engine.removeFromService(id, 'Li', 'test'));
    case 'bring-back':
      return answer(engine.returnToService(id, 'Li'));
    case 'restart':
      plant.restart(one.quarters * quarterMs);
      break;
    case 'remove-and-bring-back':
      plant.restart(0, []);
      plant.restart(0, definitions);
      break;
    case 'wall':
      clock.stepWall(one.hours * 3_600_000);
      plant.commit(engine.onTick());
      break;
  }
  return undefined;
}

function playOnPaper(paper: ReferenceAlarm, one: Move): string | undefined {
  switch (one.do) {
    case 'wait':
      for (let quarter = 0; quarter < one.quarters; quarter += 1) paper.quarter();
      break;
    case 'good':
      paper.good(one.value);
      break;
    case 'bad':
    case 'uncertain':
      paper.doubtful();
      break;
    case 'ack':
      return paper.acknowledge();
    case 'reset':
      return paper.reset();
    case 'shelve':
      return paper.shelve(one.seconds * 4 + 2, one.isOneShot);
    case 'unshelve':
      return paper.unshelve();
    case 'take-out':
      return paper.takeOut();
    case 'bring-back':
      return paper.bringBack();
    case 'restart':
      paper.restart(one.quarters);
      break;
    case 'die-before-commit':
      paper.restart(0);
      break;
    case 'remove-and-bring-back':
      paper.removeAndBringBack();
      break;
    case 'backfill':
    case 'wall':
      break;
  }
  return undefined;
}

const letters = {
  normal: 'A',
  unacknowledged: 'B',
  acknowledged: 'C',
  returned: 'D',
  latched: 'E',
  'latched-acknowledged': 'F',
};

const onPaper = ({ event, from, to, overlay, occurrence }: AlarmTransition): string =>
  `${event} ${letters[from]}${letters[to]} ${overlay} #${occurrence}`;

/** Each transition begins where the one before ended: no state was ever changed without being told. */
function expectUnbroken(transitions: readonly AlarmTransition[]): void {
  let state = 'normal';
  for (const { from, to } of transitions) {
    expect(from).toBe(state);
    state = to;
  }
}
