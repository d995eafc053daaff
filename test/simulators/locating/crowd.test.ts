import { describe, expect, it } from 'vitest';
import { Crowd, type CrowdStep } from '#simulators/locating/crowd.ts';
import { noFlaws, usualFlaws } from '#simulators/locating/flaws.ts';
import { plantPlan, zonesAt } from '#simulators/locating/floor-plan.ts';

const START = Date.UTC(2026, 6, 1, 8);

/** So many seconds of a crowd, step by step. */
function run(crowd: Crowd, seconds: number): CrowdStep[] {
  return Array.from({ length: seconds }, (_, second) => crowd.step(1000, START + second * 1000));
}

const distance = (a: { x: number; y: number }, b: { x: number; y: number }): number => Math.hypot(a.x - b.x, a.y - b.y);

describe('people', () => {
  it('do the same again from the same seed, and something else from another', () => {
    const walk = (seed: number) => run(new Crowd({ people: 5, seed, flaws: usualFlaws }), 300);
    expect(walk(7)).toEqual(walk(7));
    expect(walk(7)).not.toEqual(walk(8));
  });

  it('walk between zones no faster than people do', () => {
    const crowd = new Crowd({ people: 20, seed: 2 });
    const visited = new Set<string>();
    let before = crowd.truth();
    for (let second = 0; second < 1800; second += 1) {
      crowd.step(1000, START + second * 1000);
      const now = crowd.truth();
      for (const [index, person] of now.entries()) {
        for (const zone of person.zones) visited.add(zone);
        expect(distance(person, before[index] ?? person)).toBeLessThan(3.1);
        expect(person.zones).toEqual(zonesAt(plantPlan, person));
      }
      before = now;
    }
    expect([...visited].toSorted()).toEqual(
      plantPlan.zones.flatMap(({ name, isClosed }) => (isClosed ? [] : [name])).toSorted(),
    );
  });

  it('go where they are sent and stay there, and their tags fall asleep', () => {
    const crowd = new Crowd({ people: 3, seed: 4 });
    for (const tag of crowd.tags) crowd.person(tag).sendTo('muster-point');
    run(crowd, 200);
    expect(crowd.truth().map(({ zones, isAsleep }) => [zones, isAsleep])).toEqual(
      Array.from({ length: 3 }, () => [['muster-point'], true]),
    );
    expect(() => crowd.person(crowd.tags[0] ?? 0n).sendTo('nowhere')).toThrow('no such zone');
  });
});

describe('reports', () => {
  it('without flaws are the truth, rarely from sleeping tags', () => {
    const crowd = new Crowd({ people: 10, seed: 5 });
    let told = 0;
    for (let second = 0; second < 600; second += 1) {
      const { reports } = crowd.step(1000, START + second * 1000);
      const truth = new Map(crowd.truth().map((person) => [person.tag, person]));
      told += reports.length;
      for (const report of reports)
        expect(report).toMatchObject({ x: truth.get(report.tag)?.x, floor: truth.get(report.tag)?.floor });
    }
    expect(told).toBeGreaterThan(2000);
    expect(told).toBeLessThan(6000);
  });

  it('with flaws jump by metres, change floors, repeat and overtake each other, as often as asked', () => {
    const flaws = { ...noFlaws, jumpShare: 0.1, floorFlipShare: 0.05, duplicateShare: 0.1, disorderShare: 0.1 };
    const crowd = new Crowd({ people: 10, seed: 6, flaws });
    for (const [index, tag] of crowd.tags.entries()) crowd.person(tag).hold({ x: index, y: 5, floor: 1 }, true);
    const reports = run(crowd, 1000).flatMap((step) => step.reports);
    const first = crowd.tags[0] ?? 0n;
    const jumps = reports.filter(({ tag, x, y }) => distance({ x: Number(tag - first), y: 5 }, { x, y }) > 0.99);
    const share = (count: number): number => count / 10_000;
    expect(share(jumps.length)).toBeCloseTo(0.11, 1);
    expect(
      Math.max(...jumps.map(({ tag, x, y }) => distance({ x: Number(tag - first), y: 5 }, { x, y }))),
    ).toBeLessThan(10.01);
    expect(share(reports.filter(({ floor }) => floor !== 1).length)).toBeCloseTo(0.055, 1);
    const keys = reports.map(({ tag, time }) => `${tag} ${time}`);
    expect(share(keys.length - new Set(keys).size)).toBeCloseTo(0.1, 1);
    const ofFirst = reports.filter(({ tag }) => tag === first).map(({ time }) => time);
    expect(ofFirst.some((time, index) => time < (ofFirst[index - 1] ?? 0))).toBe(true);
  });

  it('end where a tag is unheard, and the system says after a while that it disappeared', () => {
    const crowd = new Crowd({ people: 1, seed: 1 });
    const [tag = 0n] = crowd.tags;
    crowd.person(tag).hold({ x: 1, y: 1, floor: 1 }, true);
    run(crowd, 5);
    crowd.person(tag).silence(40);
    const steps = run(crowd, 60);
    expect(steps.flatMap(({ happenings }) => happenings.map(({ kind }) => kind))).toEqual(['disappeared']);
    expect(steps.slice(0, 39).every(({ reports }) => reports.length === 0)).toBe(true);
    expect(steps.at(-1)?.reports).toHaveLength(1);
  });

  it('tell an SOS and a cut strap once, and truth keeps them', () => {
    const crowd = new Crowd({ people: 2 });
    const [tag = 0n] = crowd.tags;
    crowd.sos(tag);
    crowd.cutStrap(tag);
    expect(run(crowd, 3).flatMap(({ happenings }) => happenings.map(({ kind }) => kind))).toEqual(['sos', 'strap-cut']);
    expect(crowd.truth()[0]).toMatchObject({ isSos: true, isStrapCut: true });
  });
});

it('reports tags that nobody wears where they hang, flawed as all others, and people walk the same ways beside them', () => {
  const references = [{ x: 50, y: 65, floor: 1 }];
  const flaws = { ...noFlaws, noiseM: 0.3 };
  const reportsOf = (crowd: Crowd) => run(crowd, 60).flatMap(({ reports }) => reports);
  const crowd = new Crowd({ people: 2, seed: 4, flaws, references });
  const all = reportsOf(crowd);
  const worn = all.filter(({ tag }) => crowd.tags.includes(tag));
  expect(worn).toEqual(reportsOf(new Crowd({ people: 2, seed: 4, flaws })));
  const hung = all.filter(({ tag }) => !crowd.tags.includes(tag));
  expect(hung).toHaveLength(60);
  const errors = hung.map(({ x, y }) => Math.hypot(x - 50, y - 65));
  expect(Math.max(...errors)).toBeLessThan(2);
  expect(Math.max(...errors)).toBeGreaterThan(0.3);
  expect(crowd.truth()).toHaveLength(2);
});
