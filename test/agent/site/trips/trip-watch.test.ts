import { describe, expect, it } from 'vitest';
import { pointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { TripDefinition } from '#agent/model/trip.ts';
import { readTripMemory } from '#agent/site/trips/memory.ts';
import type { TripMemory } from '#agent/site/trips/memory.ts';
import { createTripWatch } from '#agent/site/trips/trip-watch.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';

const p = pointId;
const definition: TripDefinition = {
  id: 'trip/SIS',
  name: 'SIS',
  tripped: { point: p('tripped'), on: true },
  firstOut: p('first'),
  events: [
    { cause: p('c1'), seconds: p('s1'), milliseconds: p('m1') },
    { cause: p('c2'), seconds: p('s2'), milliseconds: p('m2') },
    { cause: p('c3'), seconds: p('s3') },
  ],
  polled: [],
  causes: { 1: '液位高高', 2: '急停' },
  settleMs: 3000,
  tripPoint: p('trip'),
  causePoint: p('cause'),
  repeatMs: 5000,
};
const inferring: TripDefinition = {
  ...definition,
  firstOut: p('first'),
  events: [],
  polled: [
    { name: 'LSHH', point: p('a'), on: true },
    { name: 'ESD', point: p('b'), on: true },
  ],
};

function watched(of = definition, memory?: TripMemory, clock = new FakeClock()) {
  const watch = createTripWatch(of, clock, memory);
  return { clock, watch, ...playerOf(watch, clock) };
}
const calm = { tripped: false, first: 0, c1: 0, s1: 0, m1: 0, c2: 0, s2: 0, m2: 0, c3: 0, s3: 0 };
const happened = (events: readonly { kind: string; detail?: unknown }[]) =>
  events.flatMap(({ kind, detail }) => (kind === 'trip.happened' ? [detail] : []));

describe('a trip', () => {
  it('is told once, with the first-out and the order that the safety system itself recorded', () => {
    const { play, wait, value, events } = watched();
    play(calm);
    play({ tripped: true });
    expect([value('trip'), happened(events)]).toEqual([true, []]);
    wait(1000);
    // Read in another order than that in which it happened.
    play({ first: 2, c1: 1, s1: 1_790_000_000, m1: 12, c2: 2, s2: 1_790_000_000, m2: 9 });
    wait(60_000);
    expect(happened(events)).toEqual([
      expect.objectContaining({
        firstOut: '急停',
        inferred: false,
        sequence: '2026-09-21T14:13:20.009Z 急停; 2026-09-21T14:13:20.012Z 液位高高',
      }),
    ]);
    expect(value('cause')).toBe('急停');
    play({ ...calm });
    expect([value('trip'), value('cause')]).toEqual([false, '']);
  });

  it('whose system tells no first-out has an unknown cause, not a guessed one', () => {
    const { play, wait, events } = watched();
    play(calm);
    play({ tripped: true });
    wait(5000);
    expect(happened(events)).toEqual([expect.objectContaining({ firstOut: null, inferred: false, sequence: '' })]);
  });

  it('seen by polling alone is told as inferred, and never where the system tells its own', () => {
    const polled = watched(inferring);
    polled.play({ tripped: false, a: false, b: false });
    polled.play({ b: true });
    polled.play({ tripped: true, a: true });
    polled.wait(5000);
    expect(happened(polled.events)).toEqual([
      expect.objectContaining({ firstOut: null, inferred: true, polled: 'ESD; LSHH' }),
    ]);
    expect(polled.events[0]?.text).toContain('inferred');

    const told = watched(inferring);
    told.play({ tripped: false, a: false, b: false });
    told.play({ b: true, tripped: true, first: 1 });
    told.wait(5000);
    expect(happened(told.events)).toEqual([expect.objectContaining({ firstOut: '液位高高', inferred: false })]);
  });

  it('is told once over a restart, and one that was not told yet is', () => {
    const before = watched();
    before.play(calm);
    before.play({ tripped: true, first: 1 });
    const early = readTripMemory(JSON.parse(JSON.stringify(before.watch.memory())));
    before.wait(5000);
    const late = readTripMemory(JSON.parse(JSON.stringify(before.watch.memory())));

    const told = watched(definition, late, before.clock);
    told.play({ ...calm, tripped: true, first: 1 });
    told.wait(10_000);
    expect([happened(told.events), told.value('cause')]).toEqual([[], '液位高高']);

    const untold = watched(definition, early, before.clock);
    untold.play({ ...calm, tripped: true, first: 1 });
    untold.wait(10_000);
    expect(happened(untold.events)).toHaveLength(1);
  });

  it('is not over while its contact is in doubt', () => {
    const { play, wait, value, level } = watched();
    play(calm);
    play({ tripped: true });
    play({ tripped: { value: false, quality: bad('comm-lost') } });
    wait(60_000);
    expect([value('trip'), level('trip')]).toEqual([true, 'good']);
  });

  it('of a site is a critical alarm of a statutory role and one event on disk', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(
      directory,
      `points:
  - { id: T, source: plant, address: t, kind: state }
  - { id: F, source: plant, address: f, kind: state }
trips:
  - { id: SIS, tripped: T, firstOut: F, causes: { 1: 液位高高 }, settle: 0s }
`,
    );
    site.play({ T: false, F: 0 });
    site.play({ T: true, F: 1 });
    const [alarm] = site.alarms().filter(({ state }) => state !== 'normal');
    expect(alarm?.definition).toMatchObject({ id: 'SIS.trip/state', priority: 'critical', safetyRole: 'sis' });
    await site.stop(0);
    const trips = recordsOf(directory, 'event').filter(({ body }) => body.kind === 'trip.happened');
    expect(trips.map(({ body }) => body.detail?.['firstOut'])).toEqual(['液位高高']);
  });
});
