import { describe, expect, it } from 'vitest';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { tagId } from '#agent/model/tag.ts';
import { readPermitMemory } from '#agent/site/permits/memory.ts';
import { head, loadText } from '../../../config/site-folder.ts';
import { box, definitionOf, fixOf, zoneOf } from '../headcount/people-walking.ts';
import { MINUTE, permitAt } from './permit-fixture.ts';
import { watched } from './watched-permits.ts';

const farm = zoneOf('tank-farm', [box(0, 0, 40, 20)], []);
const gate = zoneOf('gate', [box(100, 0, 10, 10)], []);
const person = (id: string, tag: string) => ({
  id,
  name: id,
  role: 'employee' as const,
  tag: tagId(tag),
  rights: new Set<never>(),
});
const people = definitionOf([farm, gate], {
  persons: [person('P2', 'guard'), person('P3', 'second'), person('P1', 'worker')],
});

function guarded(more?: Parameters<typeof watched>[0]) {
  const watch = watched({ people, ...more });
  /** Fixes each second, as a tag sends them. */
  const stay = (tag: string, at: readonly [number, number], seconds: number): void => {
    for (let second = 0; second < seconds; second += 1) {
      watch.hear(fixOf(tag, at, watch.clock.now()));
      watch.wait(1000);
    }
  };
  return { ...watch, stay };
}
const [inside, outside] = [
  [10, 10],
  [105, 5],
] as const;

describe("the guardian's place", () => {
  it('is inside the zone of the permit by his tag: away when he leaves, in order when he is back', () => {
    const { hear, stay, found, view, clock, value } = guarded();
    stay('guard', inside, 12);
    hear(permitAt(clock.now()));
    expect(found()).toEqual([]);
    expect(view().permits[0]?.people).toEqual([
      { role: 'worker', qualified: null, isHere: 'unknown' },
      { role: 'guardian', qualified: null, isHere: 'yes' },
    ]);
    for (const step of [30, 50, 70, 90]) stay('guard', [step, 5], 4);
    stay('guard', outside, 10);
    expect(found()).toEqual(['guardian-away']);
    expect(value('tank-farm.permit-danger')).toBe(true);
    expect(view().permits[0]?.violations[0]?.why).toEqual({
      zh: 'P2 定位不在 tank-farm',
      en: 'the tag of P2 is not in tank-farm',
    });
    for (const step of [90, 70, 50, 30]) stay('guard', [step, 5], 4);
    stay('guard', inside, 10);
    expect(found()).toEqual([]);
  });

  it('is unknown, not right, while his tag is not heard, and an absence stands until he is seen', () => {
    const { hear, stay, wait, found, clock, watch } = guarded();
    wait(10_000);
    hear(permitAt(clock.now(), { validTo: clock.now() + 60 * MINUTE }));
    expect(found()).toEqual(['guardian-unjudged']);
    stay('guard', outside, 5);
    expect(found()).toEqual(['guardian-away']);
    wait(MINUTE);
    expect(found()).toEqual(['guardian-away', 'guardian-unjudged']);
    const memory = readPermitMemory(JSON.parse(JSON.stringify(watch.memory())));
    const after = guarded({ clock, memory });
    after.wait(1000);
    expect(after.found()).toEqual(['guardian-away', 'guardian-unjudged']);
    after.stay('guard', inside, 5);
    expect(after.found()).toEqual([]);
  });

  it('goes by the tag that the roster of a source says he wears now', () => {
    const points = { age: pointId('people.roster-age'), stale: pointId('people.roster-stale') };
    const fed = { ...people, persons: [], roster: { source: 'hr', staleAfterMs: MINUTE, points } };
    const { hear, stay, found, clock } = guarded({ people: fed });
    const wears = (version: string, tag: string) => {
      const time = clock.now();
      const persons = [person('P2', tag)];
      hear({ kind: 'roster', source: sourceId('hr'), version, persons, sourceTime: time, receiveTime: time, flags: 0 });
    };
    stay('guard', inside, 10);
    hear(permitAt(clock.now(), { validTo: clock.now() + 60 * MINUTE }));
    expect(found()).toEqual(['guardian-unjudged']);
    wears('1', 'guard');
    stay('guard', inside, 10);
    expect(found()).toEqual([]);
    wears('2', 'another');
    stay('another', outside, 10);
    expect(found()).toEqual(['guardian-away']);
  });

  it('may be held by any guardian whom the ticket names', () => {
    const { hear, stay, found, clock } = guarded();
    stay('guard', outside, 10);
    stay('second', inside, 5);
    const guardians = ['P2', 'P3'].map((one) => ({ person: one, role: 'guardian' as const }));
    hear(permitAt(clock.now(), { people: guardians }));
    expect(found()).toEqual([]);
  });

  it('needs the zone in headcount', () => {
    const found = loadText(`${head}permits:\n  - { id: work, zones: [{ id: tank-farm, guardianTag: true }] }\n`);
    expect(found.ok ? [] : found.errors.map(({ what }) => what)).toEqual(['headcount has no zone "tank-farm"']);
  });
});
