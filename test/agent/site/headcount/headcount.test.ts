import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zoneId } from '#agent/model/ids.ts';
import type { Derived } from '#agent/model/derivation.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { HeadcountDefinition, Person } from '#agent/model/headcount.ts';
import type { PeopleView } from '#agent/model/people.ts';
import { tagId, type TagState } from '#agent/model/tag.ts';
import { createHeadcount } from '#agent/site/headcount/headcount.ts';
import { readHeadcountMemory, type HeadcountMemory } from '#agent/site/headcount/memory.ts';
import { zoneIndex } from '#agent/site/headcount/zone-index.ts';
import { box, definitionOf, fixOf, heardFrom, seeded, walkOn, zoneOf } from './people-walking.ts';

const key = 'k'.repeat(43);
const START = Date.UTC(2026, 4, 1);

/** A headcount by a clock of its own; `values` and `kinds` are all that it has told. */
function counted(definition: HeadcountDefinition, memory?: HeadcountMemory) {
  let now = 0;
  const clock = { now: () => START + now, monotonic: () => now };
  const headcount = createHeadcount(definition, clock, memory ?? { key });
  const values = new Map<string, unknown>();
  const kinds: string[] = [];
  const texts: string[] = [];
  const take = ({ samples, events }: Derived): void => {
    for (const { point, value, quality } of samples) values.set(point, `${value} ${quality.reason ?? 'good'}`);
    for (const event of events) {
      kinds.push(event.kind);
      texts.push(JSON.stringify(event));
    }
  };
  return {
    headcount,
    values,
    kinds,
    texts,
    wall: () => START + now,
    hear: (...facts: Fact[]) => take(headcount.onFacts?.(facts) ?? { samples: [], events: [] }),
    pass: (seconds: number, facts: () => readonly Fact[] = () => []) => {
      for (let second = 0; second < seconds; second += 1) {
        now += 1000;
        take(headcount.onFacts?.(facts()) ?? { samples: [], events: [] });
        take(headcount.onTick());
      }
    },
  };
}

const state = (tag: string, more: Partial<TagState>): TagState => ({
  kind: 'tag-state',
  tag: tagId(tag),
  sourceTime: START,
  receiveTime: START,
  flags: 0,
  ...more,
});

const person = (id: string, tag: string, more: Partial<Person> = {}): Person => ({
  id,
  name: `Name of ${id}`,
  role: 'employee',
  tag: tagId(tag),
  rights: new Set(),
  ...more,
});

describe('a headcount', () => {
  it('equals the truth within its hysteresis on walks with reflections, floor flips, losses and disorder', () => {
    const [width, height] = [120, 80];
    const zones = [
      zoneOf('a', [box(10, 10, 50, 40), box(25, 20, 20, 15)], [], { floors: new Set(['1']) }),
      zoneOf('b', [box(40, 30, 70, 40)], []),
    ];
    const truth = zoneIndex(zones);
    let looked = 0;
    const walk = (seed: number): void => {
      const random = seeded(seed);
      const people = Array.from({ length: 12 }, (_, index) => ({
        tag: String(index),
        x: random() * width,
        y: random() * height,
        toX: random() * width,
        toY: random() * height,
      }));
      const run = counted(definitionOf(zones));
      const history = zones.map(() => people.map((): number[] => []));
      for (let second = 0; second < 150; second += 1) {
        for (const one of people) walkOn(one, random, width, height);
        run.pass(1, () => people.flatMap((one) => heardFrom(one, run.wall(), random)));
        for (const [zone, { id }] of zones.entries()) {
          let [surely, maybe] = [0, 0];
          for (const [index, { x, y }] of people.entries()) {
            const past = history[zone]?.[index] ?? [];
            // How far outside at worst and at best within the radio's error.
            const around = [0, 1, -1].flatMap((dx) => [0, 1, -1].map((dy) => truth.outside(zone, x + dx, y + dy)));
            past.push(Math.max(...around) === 0 ? 0 : truth.outside(zone, x, y) <= 3 ? 1 : 2);
            if (past.length > 14 && past.slice(-14).every((at) => at === 0)) surely += 1;
            if (past.slice(-20).some((at) => at < 2)) maybe += 1;
          }
          const count = Number.parseInt(String(run.values.get(`${id}.people`)), 10);
          if (second > 14 && (count < surely || count > maybe))
            throw new Error(`seed ${seed} second ${second} zone ${id}: ${surely} ≤ ${count} ≤ ${maybe}`);
          looked += surely;
        }
      }
    };
    fc.assert(fc.property(fc.integer({ min: 1, max: 1_000_000 }), walk), { numRuns: 20 });
    expect(looked).toBeGreaterThan(1000);
  });

  it('keeps whoever is unheard where they were, flagged, and counts in doubt when the source is silent', () => {
    const run = counted(definitionOf([zoneOf('a', [box(0, 0, 50, 50)], ['tag-lost'])]));
    expect(run.values.size).toBe(0);
    run.pass(5, () => [fixOf('1', [10, 10], run.wall()), fixOf('2', [20, 10], run.wall())]);
    expect(run.values.get('a.people')).toBe('2 good');
    run.pass(60, () => [fixOf('1', [10, 10], run.wall())]);
    expect(run.values.get('a.people')).toBe('1 stale');
    expect(run.values.get('a.people-stale')).toBe('1 good');
    expect(run.values.get('a.tag-lost')).toBe('true good');
    run.pass(40);
    expect(run.values.get('a.people')).toBe('0 comm-lost');
    expect(run.values.get('a.people-stale')).toBe('2 comm-lost');
    expect(run.headcount.view?.()).toMatchObject({ people: 2, mustered: 0, missing: 2 });
  });

  it('shows places as public maps have them beside the true ones, only where it is told to, and counts the same', () => {
    const west = ({ lon, lat }: { lon: number; lat: number }) => ({ lon: lon - 1, lat });
    const zones = [zoneOf('a', [box(0, 0, 50, 50)], [])];
    const view = (more: Partial<HeadcountDefinition>) => {
      const run = counted(definitionOf(zones, more));
      run.pass(5, () => [fixOf('1', [10, 20], run.wall())]);
      expect(run.values.get('a.people')).toBe('1 good');
      return run.headcount.view?.() as PeopleView;
    };
    const [plain, shown] = [view({}), view({ gcj02: west })];
    expect(plain.listed[0]?.at).not.toHaveProperty('gcj02');
    expect(shown.listed[0]?.at).toMatchObject({ ...plain.listed[0]?.at, gcj02: { lat: plain.listed[0]?.at?.lat } });
    expect(shown.listed[0]?.at?.gcj02?.lon).toBeCloseTo((plain.listed[0]?.at?.lon ?? 0) - 1, 9);
    expect(shown.originGcj02).toEqual(west(shown.origin));
  });

  it('shows where everybody was heard last, with what holds of each, by pseudonym', () => {
    const definition = definitionOf([
      zoneOf('a', [box(0, 0, 50, 50)], ['tag-lost']),
      zoneOf('b', [box(5, 5, 50, 50)], []),
    ]);
    const run = counted({ ...definition, persons: [person('P1', '1')] });
    const fix = (tag: string, at: readonly [number, number]) => ({ ...fixOf(tag, at, run.wall()), floor: '2' });
    run.pass(5, () => [fix('1', [10, 20]), fix('2', [1, 1])]);
    run.pass(60, () => [fix('1', [10, 20])]);
    const view = run.headcount.view?.() as PeopleView;
    expect(view.zones).toMatchObject([
      { id: 'a', confirmed: 1, stale: 1, unknown: 1, rules: ['tag-lost'] },
      { id: 'b', confirmed: 1, stale: 0, unknown: 0, rules: [] },
    ]);
    const [known, unknown] = [
      view.listed.find(({ role }) => role === 'employee'),
      view.listed.find(({ isStale }) => isStale),
    ];
    expect(known).toMatchObject({ zones: ['a', 'b'], isStale: false, rules: [], at: { x: 10, y: 20, floor: '2' } });
    expect(unknown).toMatchObject({ role: 'unknown', zones: ['a'], unheardMs: 60_000, rules: ['tag-lost'] });
    expect(known?.at?.lat).toBeCloseTo(definition.origin.lat + 20 / 111_000, 5);
    expect(JSON.stringify(view)).not.toMatch(/Name of|"P1"/);
  });

  it('counts persons and not tags, unknown tags as persons, and the stale towards the limit', () => {
    const zones = [zoneOf('a', [box(0, 0, 50, 50)], ['over-limit'], { most: 2 })];
    const persons = [person('E1', '1'), person('E1', '2'), person('E2', '3')];
    const run = counted(definitionOf(zones, { persons }));
    const tags =
      (...ids: string[]) =>
      () =>
        ids.map((id) => fixOf(id, [10, 10], run.wall()));
    run.pass(20, tags('1', '2', '3'));
    expect([run.values.get('a.people'), run.values.get('a.over-limit')]).toEqual(['2 good', 'false good']);
    run.pass(20, tags('1', '2', '3', '99'));
    expect([run.values.get('a.people-unknown'), run.values.get('a.over-limit')]).toEqual(['1 good', 'true good']);
    run.pass(60, tags('1'));
    expect(run.values.get('a.over-limit')).toBe('true good');
    expect(run.kinds).toEqual(['zone.over-limit']);
  });

  it('tells intruders, visitors alone, overstay and the motionless with codes, by pseudonym only, and when it ends', () => {
    const zones = [
      zoneOf('a', [box(0, 0, 50, 50)], ['intruder', 'unescorted', 'overstay', 'motionless'], {
        maxStayMs: 60_000,
        motionlessMs: 40_000,
      }),
    ];
    const persons = [
      person('E1', '1', { rights: new Set([zoneId('a')]) }),
      person('V1', '2', { role: 'visitor', rights: new Set([zoneId('a')]) }),
    ];
    const run = counted(definitionOf(zones, { persons }));
    run.pass(5, () => [
      fixOf('2', [10, 10], run.wall(), { isMoving: true }),
      fixOf('9', [10, 10], run.wall(), { isMoving: true }),
    ]);
    expect(run.kinds.toSorted()).toEqual(['person.intruder', 'person.unescorted', 'person.unescorted']);
    run.pass(80, () => [fixOf('1', [11, 10], run.wall()), fixOf('2', [10, 10], run.wall(), { isMoving: true })]);
    expect(run.kinds.filter((kind) => kind === 'person.unescorted-ended')).toHaveLength(2);
    expect(run.kinds.filter((kind) => kind === 'person.motionless')).toHaveLength(1);
    expect(run.kinds.filter((kind) => kind === 'person.overstay').length).toBeGreaterThan(1);
    expect(run.texts.find((text) => text.includes('person.intruder'))).toContain('"code":1');
    for (const secret of ['E1', 'V1', 'tag:9', 'Name of']) expect(run.texts.join('\n')).not.toContain(secret);
  });

  describe('of a post', () => {
    const post = { persons: new Set(['E1', 'E2']), absenceMs: 60_000 };
    const zones = [
      zoneOf('post', [box(0, 0, 20, 20)], ['left-post'], { post }),
      zoneOf('canteen', [box(100, 0, 20, 20)], []),
    ];
    const definition = definitionOf(zones, { persons: [person('E1', '1'), person('E2', '2'), person('E3', '3')] });
    const fixes = (run: ReturnType<typeof counted>, at: Readonly<Record<string, readonly [number, number]>>) => () =>
      Object.entries(at).map(([tag, place]) => fixOf(tag, place, run.wall()));

    it('tells who has left it for longer than allowed, where he is, with the observed code, and when he is back', () => {
      const run = counted(definition);
      run.pass(20, fixes(run, { '1': [5, 5], '3': [5, 5] }));
      run.pass(50, fixes(run, { '1': [110, 5], '3': [110, 5] }));
      expect(run.kinds).toEqual([]);
      run.pass(40, fixes(run, { '1': [110, 5], '2': [110, 5], '3': [110, 5] }));
      expect(run.kinds).toEqual(['person.left-post']);
      expect(run.values.get('post.left-post')).toBe('true good');
      const told = JSON.parse(run.texts[0] ?? '') as { detail: Record<string, unknown> };
      expect(told.detail).toMatchObject({ zone: 'post', code: 4, zh: '离场', person: expect.any(String) });
      expect(told.detail['lon']).toBeGreaterThan(definition.origin.lon + 0.001);
      expect(run.texts.join('\n')).not.toContain('E1');
      run.pass(20, fixes(run, { '1': [5, 5] }));
      expect(run.kinds).toEqual(['person.left-post', 'person.left-post-ended']);
    });

    it('takes nobody for gone who is silent, nor for back; whoever was never there has not left', () => {
      const run = counted(definition);
      run.pass(20, fixes(run, { '1': [5, 5], '2': [110, 5] }));
      run.pass(300, fixes(run, { '2': [110, 5] }));
      expect(run.kinds).toEqual([]);
      run.pass(100, fixes(run, { '1': [110, 5] }));
      expect(run.kinds).toEqual(['person.left-post']);
      run.pass(300, fixes(run, { '2': [110, 5] }));
      expect(run.kinds).toEqual(['person.left-post']);
      expect(run.values.get('post.left-post')).toBe('true good');
    });

    it('knows after a restart who had been at it, and who had left', () => {
      const first = counted(definition);
      first.pass(20, fixes(first, { '1': [5, 5], '2': [5, 5] }));
      first.pass(90, fixes(first, { '1': [110, 5], '2': [5, 5] }));
      const stored: unknown = JSON.parse(JSON.stringify(first.headcount.memory()));
      const second = counted(definition, readHeadcountMemory(stored));
      second.pass(90, fixes(second, { '1': [110, 5], '2': [110, 5] }));
      expect(second.kinds).toEqual(['person.left-post']);
      second.pass(20, fixes(second, { '1': [5, 5], '2': [110, 5] }));
      expect(second.kinds).toEqual(['person.left-post', 'person.left-post-ended']);
    });
  });

  it('remembers who was where and an SOS through a restart, and tells nothing twice', () => {
    const zones = [zoneOf('a', [box(0, 0, 50, 50)], ['sos'])];
    const first = counted(definitionOf(zones));
    first.pass(5, () => [fixOf('1', [10, 10], first.wall())]);
    first.hear(state('1', { sos: true }));
    expect(first.kinds).toEqual(['person.sos']);
    const stored: unknown = JSON.parse(JSON.stringify(first.headcount.memory()));
    const second = counted(definitionOf(zones), readHeadcountMemory(stored));
    second.pass(1);
    expect(second.values.get('a.people')).toBe('0 not-yet-read');
    expect([second.values.get('a.people-stale'), second.values.get('a.sos')]).toEqual(['1 not-yet-read', 'true good']);
    second.pass(1, () => [fixOf('1', [10, 10], second.wall())]);
    expect([second.values.get('a.people'), second.values.get('a.sos')]).toEqual(['1 good', 'true good']);
    second.hear(state('1', { sos: false }));
    expect(second.kinds).toEqual(['person.sos-ended']);
    // Beginning and end name the same moment, so that who is told both knows that they belong together.
    const sinceOf = (text = '{}') => (JSON.parse(text) as { detail: { since: number } }).detail.since;
    expect(sinceOf(second.texts.at(-1))).toBe(sinceOf(first.texts[0]));
    expect(sinceOf(first.texts[0])).toBeGreaterThanOrEqual(START);
  });

  it('sees a gathering by its core, musters at a muster point, and says once that a map has no place', () => {
    const zones = [
      zoneOf('a', [box(0, 0, 100, 100)], ['gathering'], { gathering: { radiusM: 5, people: 3, lastingMs: 10_000 } }),
      zoneOf('m', [box(0, 0, 10, 10)], [], { kind: 'muster' }),
    ];
    const run = counted(definitionOf(zones));
    const at = (x: number) => () => [1, 2, 3].map((n) => fixOf(String(n), [n * x, 5], run.wall()));
    run.pass(20, at(20));
    expect(run.values.get('a.gathering')).toBe('false good');
    run.pass(60, at(3));
    expect(run.values.get('a.gathering')).toBe('true good');
    expect(run.headcount.view?.()).toMatchObject({ people: 3, mustered: 3, missing: 0 });
    run.pass(3, () => [fixOf('7', [1, 1], run.wall(), { map: 'cellar' })]);
    expect(run.kinds.filter((kind) => kind === 'headcount.unplaced-map')).toHaveLength(1);
  });
});
