import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import type { PeopleView } from '#agent/model/people.ts';
import type { TagFix } from '#agent/model/tag.ts';
import { tagId } from '#agent/model/tag.ts';
import { createHeadcount } from '#agent/site/headcount/headcount.ts';
import type { HeadcountMemory } from '#agent/site/headcount/memory.ts';
import { configOf, head, loadText } from '../../../config/site-folder.ts';
import { box, definitionOf, fixOf, zoneOf } from './people-walking.ts';

const points = {
  p50: pointId('people.accuracy-p50'),
  p95: pointId('people.accuracy-p95'),
  max: pointId('people.accuracy-max'),
  fixes: pointId('people.accuracy-fixes'),
  interval: pointId('people.accuracy-interval'),
};
const survey = {
  tags: new Map([
    [tagId('r1'), { x: 10, y: 10 }],
    [tagId('r2'), { x: 40, y: 40 }],
  ]),
  windowMs: 60_000,
  points,
};

function surveyed(memory?: HeadcountMemory) {
  let now = 0;
  const clock = { now: () => 1_000_000 + now, monotonic: () => now };
  const definition = definitionOf([zoneOf('a', [box(0, 0, 50, 50)], [])], { survey });
  const headcount = createHeadcount(definition, clock, memory ?? { key: 'k'.repeat(43) });
  const values = new Map<string, string>();
  let flags = 0;
  const step = (...facts: TagFix[]): void => {
    now += 1000;
    for (const told of [headcount.onFacts?.(facts), headcount.onTick()])
      for (const { point, value, quality, flags: own } of told?.samples ?? []) {
        values.set(point, `${value} ${quality.level}`);
        flags = own;
      }
  };
  return {
    headcount,
    values,
    step,
    /** The survey is told every fifteen seconds. */
    settle: (facts: () => readonly TagFix[] = () => []) => {
      for (let second = 0; second < 16; second += 1) step(...facts());
    },
    flags: () => flags,
    wall: clock.now,
    told: () => Object.values(points).map((point) => values.get(point)),
  };
}

describe('a survey of the locating system', () => {
  it('tells half, 95 % and the largest error of what hangs at surveyed places, jumps among them', () => {
    const run = surveyed();
    for (let error = 1; error <= 20; error += 1)
      run.step(
        fixOf('r1', [10 + error, 10], run.wall()),
        fixOf('r2', [40, 40 - (error === 20 ? 30 : error)], run.wall()),
      );
    run.settle();
    expect(run.told()).toEqual(['10 good', '19 good', '30 good', '40 good', '1 good']);
  });

  it('counts such a tag nowhere, and a person beside it as ever', () => {
    const run = surveyed();
    run.settle(() => [fixOf('r1', [10, 10], run.wall()), fixOf('t', [11, 10], run.wall())]);
    expect(run.values.get('a.people')).toBe('1 good');
    expect(run.values.get('people.tags')).toBe('1 good');
    expect((run.headcount.view?.() as PeopleView | undefined)?.people).toBe(1);
  });

  it('forgets what is older than the window, and is in doubt where a tag is silent', () => {
    const run = surveyed();
    expect(run.told()).toEqual([undefined, undefined, undefined, undefined, undefined]);
    run.settle(() => [fixOf('r1', [16, 10], run.wall())]);
    expect(run.told().slice(0, 3)).toEqual(['6 uncertain', '6 uncertain', '6 uncertain']);
    for (let turn = 0; turn < 5; turn += 1) run.settle(() => [fixOf('r2', [40, 42], run.wall())]);
    expect(run.told().slice(0, 3)).toEqual(['2 uncertain', '2 uncertain', '2 uncertain']);
    for (let turn = 0; turn < 5; turn += 1) run.settle();
    expect(run.told().slice(0, 4)).toEqual(['null bad', 'null bad', 'null bad', '0 good']);
  });

  it('is simulated where the tags are', () => {
    const run = surveyed();
    run.settle(() => [fixOf('r1', [16, 10], run.wall(), { flags: Flag.sim })]);
    expect(run.flags()).toBe(Flag.sim);
  });

  it('takes a tag for nobody that an earlier run counted', () => {
    const run = surveyed({
      key: 'k'.repeat(43),
      tags: [
        {
          tag: 'r1',
          x: 10,
          y: 10,
          zones: [['a', 9000]],
          unheardMs: 0,
          sos: false,
          isStrapCut: false,
          isBatteryLow: false,
          isAsleep: false,
          flags: 0,
        },
      ],
      active: [],
    });
    run.settle(() => [fixOf('r2', [40, 40], run.wall())]);
    expect(run.values.get('a.people-stale')).toBe('0 good');
  });

  const yaml = (tags: string) => `${head}headcount:
  - id: people
    maps:
      - id: '1'
        residualLimit: 1
        controlPoints: [{ x: 0, y: 0, lon: 121.3, lat: 29.9 }, { x: 96.5, y: 0, lon: 121.301, lat: 29.9 }, { x: 0, y: 110.86, lon: 121.3, lat: 29.901 }]
    zones: [{ id: a, map: '1', polygon: [[0, 0], [40, 0], [40, 20]] }]
    survey: { tags: [${tags}] }
`;

  it('is read with places on a map and in degrees', () => {
    const config = configOf(loadText(yaml("{ tag: r1, map: '1', x: 96.5, y: 0 }, { tag: r2, x: 121.301, y: 29.9 }")));
    const [one] = config.derivations;
    const places = one?.kind === 'headcount' ? [...(one.definition.survey?.tags.values() ?? [])] : [];
    expect(places).toHaveLength(2);
    for (const { x, y } of places) {
      expect(x).toBeCloseTo(96.5, 0);
      expect(y).toBeCloseTo(0, 0);
    }
    expect(config.points.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.values(points)));
  });

  it.each([
    ["{ tag: r1, map: '2', x: 1, y: 0 }", 'there is no map "2"'],
    ['{ tag: r1, x: 121.3, y: 29.9 }, { tag: r1, x: 121.3, y: 29.9 }', 'tag "r1" is there already'],
  ])('is refused as %s', (tags, what) => {
    const loaded = loadText(yaml(tags));
    expect(loaded.ok ? [] : loaded.errors).toMatchObject([{ what }]);
  });
});
