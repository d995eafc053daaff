import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { Person } from '#agent/model/headcount.ts';
import type { PeopleView } from '#agent/model/people.ts';
import type { RosterFact } from '#agent/model/roster.ts';
import { tagId } from '#agent/model/tag.ts';
import { createHeadcount } from '#agent/site/headcount/headcount.ts';
import { readKeptRoster } from '#agent/site/headcount/kept-roster.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import { box, definitionOf, fixOf, zoneOf } from './people-walking.ts';

const yaml = (showNames: boolean) => `headcount:
  - id: people
    enterDwell: 0s
    hold: 0s
    roster: { feed: plant, showNames: ${showNames} }
    zones:
      - { id: reactor, restricted: true, polygon: [[121.3, 29.9], [121.301, 29.9], [121.301, 29.901], [121.3, 29.901]] }
`;
const person = (id: string, tag: string, rights: readonly string[] = []): Person => ({
  id,
  name: `Zhang ${id}`,
  role: 'contractor',
  tag: tagId(tag),
  rights: new Set(rights.map(zoneId)),
});
const rosterOf = (version: string, persons: readonly Person[], more: Partial<RosterFact> = {}): RosterFact => {
  const time = Date.now();
  return { kind: 'roster', version, persons, sourceTime: time, receiveTime: time, flags: 0, ...more };
};
const at = (tag: string) => fixOf(tag, [121.3005, 29.9005], Date.now(), { map: 'wgs84' });
const sos = (tag: string) => {
  const time = Date.now();
  return { kind: 'tag-state', tag: tagId(tag), sos: false, sourceTime: time, receiveTime: time, flags: 0 } as const;
};
const standing = (site: ReturnType<typeof startPlayedSite>) =>
  site.alarms().flatMap(({ definition, state }) => (state === 'normal' ? [] : [`${definition.id} ${state}`]));
const viewOf = (site: ReturnType<typeof startPlayedSite>) => site.views().get('headcount/people') as PeopleView;

describe('a roster that a source tells', () => {
  it('says who may enter, changes while people are inside, and outlives an outage of its source', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, yaml(false));
    first.playFacts([rosterOf('1', [person('P1', 't1', ['reactor'])])]);
    first.playFacts([at('t1'), sos('t1')]);
    expect(standing(first)).toEqual([]);
    expect(viewOf(first).listed).toMatchObject([{ role: 'contractor' }]);
    // The right is taken back.
    first.playFacts([rosterOf('2', [person('P1', 't1'), person('P2', 't2', ['reactor'])])]);
    expect(standing(first)).toEqual(['reactor.intruder/state unacknowledged']);
    await first.stop(0);

    const second = startPlayedSite(directory, yaml(false));
    second.playFacts([at('t2'), sos('t2')]);
    expect(viewOf(second).listed.map(({ role }) => role)).toEqual(['contractor', 'contractor']);
    await second.stop(0);
    const told = recordsOf(directory, 'event').filter(({ body }) => body.kind === 'headcount.roster');
    expect(told.map(({ body }) => body.detail?.['tags'])).toEqual([1, 2]);
  });

  it('leaves no name on the disk where none is shown', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(directory, yaml(false));
    site.playFacts([rosterOf('1', [person('P1', 't1')])]);
    await site.stop(0);
    const files = readdirSync(join(directory, 'data'), { recursive: true, withFileTypes: true });
    const bytes = files.filter((file) => file.isFile()).map((file) => readFileSync(join(file.parentPath, file.name)));
    expect(bytes.some((file) => file.includes('"t1"'))).toBe(true);
    expect(bytes.filter((file) => file.includes('Zhang'))).toEqual([]);
  });

  it('loses its names when it was not told for longer than personal data is kept, and gets them back with the next one', () => {
    let now = 0;
    const clock = { now: () => 1_000_000_000 + now, monotonic: () => now };
    const points = { age: pointId('people.roster-age'), stale: pointId('people.roster-stale') };
    const roster = { source: 'hr', staleAfterMs: 7_200_000, points };
    const definition = {
      ...definitionOf([zoneOf('a', [box(0, 0, 50, 50)], [])], { roster, showsNames: true }),
      namesExpireMs: 86_400_000,
    };
    const headcount = createHeadcount(definition, clock, { key: 'k'.repeat(43) });
    const tell = () => headcount.onFacts?.([{ ...rosterOf('1', [person('P1', 't1')]), source: sourceId('hr') }]);
    const kept = () => JSON.stringify([...(headcount.kept?.() ?? [])]);
    tell();
    now += 86_400_000;
    expect(headcount.onTick().events).toEqual([]);
    expect(kept()).toContain('Zhang P1');
    now += 5000;
    const expired = headcount.onTick();
    expect(expired.events.map(({ kind, detail }) => [kind, detail?.['tags']])).toEqual([['people.expired', 1]]);
    expect(JSON.stringify(expired.kept)).toContain('"P1"');
    expect(JSON.stringify(expired.kept) + kept()).not.toContain('Zhang');
    now += 5000;
    expect(headcount.onTick().events).toEqual([]);
    tell();
    expect(kept()).toContain('Zhang P1');
  });

  it('is stale when it was not told for too long, also across a restart, and stays in use', () => {
    let [now, wall] = [0, 1_000_000_000];
    const clock = { now: () => wall, monotonic: () => now };
    const points = { age: pointId('people.roster-age'), stale: pointId('people.roster-stale') };
    const roster = { source: 'hr', staleAfterMs: 7_200_000, points };
    const definition = definitionOf([zoneOf('a', [box(0, 0, 50, 50)], [])], { roster });
    const pass = (ms: number) => {
      now += ms;
      wall += ms;
    };
    let headcount = createHeadcount(definition, clock, { key: 'k'.repeat(43) });
    const ask = () => {
      const told = headcount.onTick();
      const found = Object.values(points).map((point) => told.samples.findLast((sample) => sample.point === point));
      return found.map((sample) => (sample?.quality.level === 'bad' ? sample.quality.reason : sample?.value));
    };
    expect(ask()).toEqual(['not-yet-read', false]);
    pass(61_000);
    expect(ask()).toEqual(['not-yet-read', true]);
    const fact = { ...rosterOf('1', [person('P1', 't1')]), source: sourceId('hr') };
    headcount.onFacts?.([{ ...fact, source: sourceId('another') }]);
    pass(15_000);
    expect(ask()).toEqual(['not-yet-read', true]);
    headcount.onFacts?.([fact]);
    pass(3_600_000);
    expect(ask()).toEqual([1, false]);

    const stored: unknown = JSON.parse(JSON.stringify([...(headcount.kept?.() ?? [])]));
    const [[, kept] = []] = stored as [string, unknown][];
    const known = readKeptRoster(kept);
    if (!known) throw new Error('no roster was kept');
    headcount = createHeadcount(definition, clock, { ...(headcount.memory() as { key: string }), roster: known });
    pass(3_700_000);
    expect(ask()).toEqual([2, true]);
    headcount.onFacts?.([fixOf('t1', [10, 10], wall)]);
    pass(15_000);
    expect(ask()).toEqual([2, true]);
    expect((headcount.view?.() as PeopleView | undefined)?.listed).toMatchObject([{ role: 'contractor' }]);
    // The same roster told again is no longer stale.
    headcount.onFacts?.([fact]);
    pass(15_000);
    expect(ask()).toEqual([0, false]);
  });

  it('makes every count simulated when it is', () => {
    const clock = { now: () => 5000, monotonic: () => 5000 };
    const points = { age: pointId('people.roster-age'), stale: pointId('people.roster-stale') };
    const roster = { source: 'hr', staleAfterMs: 1000, points };
    const headcount = createHeadcount(definitionOf([zoneOf('a', [box(0, 0, 50, 50)], [])], { roster }), clock, {
      key: 'k'.repeat(43),
    });
    const fact = rosterOf('1', [person('P1', 't1')], { source: sourceId('hr'), flags: Flag.sim });
    const told = headcount.onFacts?.([fact, fixOf('t1', [1, 1], 5000)]);
    expect(told?.samples.length).toBeGreaterThan(0);
    for (const { flags } of told?.samples ?? []) expect(flags).toBe(Flag.sim);
  });
});
