import { assert, constant, integer, property, shuffledSubarray, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, zoneId } from '#agent/model/ids.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { bad } from '#agent/model/quality.ts';
import { readPermitMemory } from '#agent/site/permits/memory.ts';
import { createPermitWatch } from '#agent/site/permits/permit-watch.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { HOUR, MINUTE, permitAt } from './permit-fixture.ts';
import { permitDefinition, watched } from './watched-permits.ts';

describe('a permit in order', () => {
  it('has no violation, is counted by kind, and is certain once permits are told', () => {
    const { hear, wait, found, value, level, clock } = watched();
    wait(0);
    expect(level('tank-farm.permit-violation')).toBe('uncertain');
    hear(permitAt(clock.now()));
    expect(found()).toEqual([]);
    expect([value('tank-farm.active-permits'), value('tank-farm.active-permits.hot-work')]).toEqual([1, 1]);
    expect([value('tank-farm.permit-violation'), level('tank-farm.permit-violation')]).toEqual([false, 'good']);
  });

  it('is in doubt while the system that tells permits does not answer', () => {
    const { hear, play, level, clock } = watched({ more: '    feed: feed\n' });
    play({ feed: true });
    hear(permitAt(clock.now()));
    expect(level('tank-farm.permit-violation')).toBe('good');
    play({ feed: { value: null, quality: bad('comm-lost') } });
    expect(level('tank-farm.permit-violation')).toBe('bad');
  });
});

const now = new FakeClock().now();
/** No detector is linked to the zone by which continuous monitoring could be seen. */
const unlinked = 'gas-monitoring-unjudged';
const confined = { work: 'confined-space', gases: [] } as const;
const tested = (minutesAgo: number, gas: string, value: number, unit: '%VOL' | '%LEL' | 'ppm' | 'mg/m3') => [
  { time: now - minutesAgo * MINUTE, readings: [{ gas, value, unit }] },
];

describe('what is wrong with a ticket', () => {
  it.each<[string, Partial<PermitFact>, string[]]>([
    ['work before it is valid', { validFrom: now + MINUTE }, ['not-yet-valid']],
    ['work after it expired', { validTo: now }, ['expired']],
    ['grade 1 for more than 8 h', { validTo: now + 7 * HOUR + 1 }, ['valid-too-long']],
    ['grade 2 for 72 h', { grade: 2, validTo: now + 71 * HOUR }, []],
    ['no guardian', { people: [{ person: 'P1', role: 'worker' }] }, ['guardian-missing']],
    ['special hot work unseen', { grade: 0 }, ['camera-missing', unlinked]],
    ['an unknown camera', { cameras: ['cam-9'] }, ['camera-unjudged']],
    ['no gas test', { gasTests: [] }, ['gas-test-missing']],
    ['a sample 30 min before the start', { gasTests: tested(30, 'methane', 0.1, '%VOL') }, []],
    ['a sample 31 min before the start', { gasTests: tested(31, 'methane', 0.1, '%VOL') }, ['gas-test-stale']],
    ['10 %LEL of methane is 0.5 %VOL', { gasTests: tested(5, 'methane', 10, '%LEL') }, []],
    ['10.1 %LEL of methane', { gasTests: tested(5, 'Methane', 10.1, '%LEL') }, ['gas-over-limit']],
    ['10 %LEL of propane is 0.21 %VOL', { gasTests: tested(5, 'propane', 10, '%LEL') }, ['gas-over-limit']],
    ['2000 ppm of propane', { gasTests: tested(5, '丙烷', 2000, 'ppm') }, []],
    ['an unknown gas', { gasTests: tested(5, 'fog', 0, '%LEL') }, ['gas-unjudged']],
    ['a gas that the ticket demands', { gases: ['H2'] }, ['gas-not-tested']],
    ['a confined space without oxygen', { ...confined }, [unlinked, 'gas-not-tested']],
    ['thin air', { ...confined, gasTests: tested(5, 'O2', 19.4, '%VOL') }, [unlinked, 'gas-over-limit']],
    ['air', { ...confined, gasTests: tested(5, 'O2', 20.9, '%VOL') }, [unlinked]],
    ['hot work without a grade', { grade: undefined } as unknown as Partial<PermitFact>, ['grade-unknown']],
    ['a zone that nobody knows', { zone: zoneId('moon') }, ['zone-unknown']],
    ['a permit that is not at work', { state: 'approved', gasTests: [], people: [] }, []],
    ['a permit that was deleted', { isDeleted: true, gasTests: [] }, []],
    ['more people than can be counted', { mostPeople: 3 }, ['people-unjudged']],
  ])('%s', (_, more, expected) => {
    const { hear, wait, found, clock } = watched({ clock: new FakeClock() });
    clock.step(-10_000);
    wait(10_000);
    hear(permitAt(now, more));
    expect(found()).toEqual(expected);
  });

  it('expires by the clock, with the standard in the event, and ends when the work does', () => {
    const { hear, wait, value, events, clock } = watched();
    hear(permitAt(clock.now(), { validTo: clock.now() + HOUR }));
    wait(HOUR - 1000);
    expect(value('tank-farm.permit-danger')).toBe(false);
    wait(2000);
    expect(value('tank-farm.permit-danger')).toBe(true);
    hear(permitAt(clock.now(), { version: 2, state: 'finished' }));
    expect(value('tank-farm.permit-danger')).toBe(false);
    expect(events.map(({ kind }) => kind)).toEqual(['permit.violation', 'permit.violation-over']);
    expect(events[0]?.detail).toMatchObject({ permit: 'H-1', violation: 'expired', zh: '作业票已过期仍在作业' });
  });

  it('after a long interruption is that gas was not tested again', () => {
    const turn = (version: number, state: PermitFact['state'], minutes: number) =>
      permitAt(now, { version, state, sourceTime: now + minutes * MINUTE });
    const { hear, found, clock } = watched();
    hear(turn(1, 'active', 0), turn(2, 'suspended', 5));
    clock.pass(40 * MINUTE);
    hear(turn(3, 'active', 36));
    expect(found()).toEqual(['gas-retest-missing']);
    const again = [{ time: now + 30 * MINUTE, readings: [{ gas: 'methane', value: 0, unit: '%VOL' as const }] }];
    hear({ ...turn(4, 'active', 37), gasTests: again });
    expect(found()).toEqual([]);
  });

  it('on a holiday is a grade that was not raised', () => {
    const day = (at: number) => new Date(at).toISOString();
    const more = `    suspensions:
      - { from: "${day(now - HOUR)}", to: "${day(now + HOUR)}", reason: 国庆节 }
      - { from: "${day(now - HOUR)}", to: "${day(now + HOUR)}", reason: 大型活动, works: [lifting], allowed: none }
`;
    const { hear, found, wait } = watched({ more });
    const lifting = permitAt(now, { id: 'L-1', work: 'lifting', massT: 10, gasTests: [] });
    hear(permitAt(now), permitAt(now, { id: 'H-2', grade: 2, zone: zoneId('far') }), lifting);
    expect(found()).toEqual(['in-suspension', 'not-upgraded']);
    wait(HOUR + 1000);
    expect(found()).toEqual([]);
  });

  it('is a person without a qualification that is valid', () => {
    const more = `    qualifications:
      - { person: P1, works: [hot-work], until: "${new Date(now).toISOString()}" }
`;
    const { hear, found } = watched({ more });
    hear(permitAt(now));
    expect(found()).toEqual(['qualification-unjudged', 'unqualified']);
  });
});

describe('the surroundings of work', () => {
  const all = ', detectors: [{ point: GAS-1, gas: methane }], guardian: guard, people: people';
  const more = '    cameras: [{ id: cam-1, blind: blind }]\n';

  it('that nobody has read cannot be judged, and what is fine is no violation', () => {
    const { hear, play, wait, found, value } = watched({ zone: all, more });
    wait(10_000);
    hear(permitAt(now, { cameras: ['cam-1'], mostPeople: 2 }));
    expect(found()).toEqual(['camera-unjudged', 'detector-unjudged', 'guardian-unjudged', 'people-unjudged']);
    expect([value('tank-farm.permit-violation'), value('tank-farm.permit-unjudged')]).toEqual([false, true]);
    play({ 'GAS-1': 1, guard: true, people: 2, blind: false });
    expect(found()).toEqual([]);
  });

  it('that are dangerous stay so while a bad value says nothing, over a restart too', () => {
    const { hear, play, found, watch, clock } = watched({ zone: all, more });
    hear(permitAt(now, { cameras: ['cam-1'], mostPeople: 2 }));
    play({ 'GAS-1': 12, guard: false, people: 3, blind: true });
    const firm = ['camera-blind', 'detector-over-limit', 'guardian-away', 'too-many-people'];
    expect(found()).toEqual(firm);
    const lost = { value: null, quality: bad('comm-lost') };
    play({ 'GAS-1': lost, guard: lost, people: lost, blind: lost });
    expect(found()).toEqual(expect.arrayContaining(firm));
    const memory = readPermitMemory(JSON.parse(JSON.stringify(watch.memory())));
    const after = watched({ zone: all, more, clock, memory });
    after.play({ 'GAS-1': lost });
    expect(after.found()).toEqual(expect.arrayContaining(firm));
    expect(after.kinds()).toEqual([]);
    after.play({ 'GAS-1': 1, guard: true, people: 2, blind: false });
    expect(after.found()).toEqual([]);
  });

  it('are other work in the same zone or a neighbour, and not further away', () => {
    const { hear, found } = watched();
    const draining = (zone: string) =>
      permitAt(now, { id: `D-${zone}`, work: 'draining', zone: zoneId(zone), gasTests: [] });
    hear(permitAt(now), draining('far'));
    expect(found()).toEqual([]);
    hear(draining('pumps'));
    expect(found()).toEqual(['simultaneous-work', 'simultaneous-work']);
  });

  it('carry the flag of simulated permits', () => {
    const { hear, told } = watched();
    hear(permitAt(now, { flags: Flag.sim, gasTests: [] }));
    expect(told.get('tank-farm.permit-violation')).toMatchObject({ value: true, flags: Flag.sim });
  });
});

describe('the daily commitment', () => {
  it('is missing, or declares less than goes on, or agrees', () => {
    const { hear, watch, value, told } = watched({ more: '    commitment: true\n' });
    const declare = (version: number, fire1Number: number) => {
      const derived = watch.onFacts?.([
        {
          kind: 'register',
          register: 'safety-commitment',
          id: 'today',
          version,
          isDeleted: false,
          fields: { fire1Number },
          sourceTime: now,
          receiveTime: now,
          flags: 0,
        },
      ]);
      for (const { point, value: is, quality, flags } of derived?.samples ?? [])
        told.set(point, { value: is, quality, flags });
    };
    const standing = () => [value('work.commitment-missing'), value('work.commitment-difference')];
    hear(permitAt(now));
    expect([...standing(), value('work.live.fire1Number')]).toEqual([true, true, 1]);
    declare(1, 0);
    expect(standing()).toEqual([false, true]);
    declare(2, 1);
    expect(standing()).toEqual([false, false]);
  });
});

describe('the units of the daily commitment', () => {
  const more = '    commitment: { units: [guard, blind, feed] }\n';
  const today = (version: number, fields: Readonly<Record<string, number | string | null>>) =>
    ({
      kind: 'register',
      register: 'safety-commitment',
      id: 'today',
      version,
      isDeleted: false,
      fields,
      sourceTime: now,
      receiveTime: now,
      flags: 0,
    }) as const;

  it('are counted by what their contacts say, and differ from what was declared, told once with the numbers', () => {
    const { hear, play, value, events } = watched({ more });
    play({ guard: true, blind: true, feed: false });
    hear(today(1, { runNumber: 2, parkNumber: '1' }));
    const live = () => [value('work.live.runNumber'), value('work.live.parkNumber'), value('work.commitment-units')];
    expect(live()).toEqual([2, 1, false]);
    play({ blind: false });
    expect(live()).toEqual([1, 2, true]);
    play({ blind: false });
    const told = events.filter(({ kind }) => kind === 'commitment.difference');
    expect(told).toMatchObject([
      {
        detail: {
          en: 'the safety commitment of the day differs: runNumber declared 2, live 1; parkNumber declared 1, live 2',
          zh: '与当日安全承诺不符：runNumber 承诺 2，实际 1；parkNumber 承诺 1，实际 2',
        },
      },
    ]);
  });

  it('that are not known contradict nothing which they could be, and everything else', () => {
    const { hear, play, value, level } = watched({ more });
    play({ guard: true, blind: true, feed: { value: null, quality: bad('comm-lost') } });
    hear(today(1, { runNumber: 3 }));
    expect([value('work.commitment-units'), level('work.commitment-units')]).toEqual([false, 'bad']);
    hear(today(2, { runNumber: 1 }));
    expect([value('work.commitment-units'), level('work.commitment-units')]).toEqual([true, 'good']);
  });

  it('of which nothing was declared cannot differ', () => {
    const { hear, play, value, level } = watched({ more });
    play({ guard: true, blind: true, feed: true });
    expect([value('work.commitment-units'), level('work.commitment-units')]).toEqual([false, 'uncertain']);
    hear(today(1, { fire1Number: 0, runNumber: null }));
    expect([value('work.commitment-units'), level('work.commitment-units')]).toEqual([false, 'good']);
  });
});

describe('versions', () => {
  it('in any order and repeated come to the same as once and in order', () => {
    const states = ['applied', 'approved', 'active', 'suspended', 'active', 'finished'] as const;
    const versions = states.map((state, index) =>
      permitAt(now, {
        version: index + 1,
        state,
        sourceTime: now - (30 - index) * MINUTE,
        gasTests: index % 2 ? [] : tested(50, 'methane', index, '%LEL'),
      }),
    );
    const endOf = (facts: readonly PermitFact[]) => {
      const { hear, found, value, watch } = watched();
      for (const fact of facts) hear(fact);
      return JSON.stringify([found(), value('tank-farm.active-permits'), watch.memory()]);
    };
    assert(
      property(
        integer({ min: 1, max: versions.length }).chain((length) => {
          const some = versions.slice(0, length);
          return tuple(
            constant(some),
            shuffledSubarray([...some, ...some], { minLength: length * 2, maxLength: length * 2 }),
          );
        }),
        ([ordered, shuffled]) => endOf(shuffled) === endOf(ordered),
      ),
      { numRuns: 40 },
    );
  });
});

describe('a watch', () => {
  it('reads points of zones that it is told, and no others', () => {
    expect([...(createPermitWatch(permitDefinition(', people: people'), new FakeClock()).inputs ?? [])]).toEqual([
      pointId('people'),
    ]);
  });
});
