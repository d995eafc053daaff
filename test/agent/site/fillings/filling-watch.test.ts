import { describe, expect, it } from 'vitest';
import type { FillingDefinition } from '#agent/model/filling.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import { createFillingWatch } from '#agent/site/fillings/filling-watch.ts';
import { readFillingMemory } from '#agent/site/fillings/memory.ts';
import type { FillingMemory } from '#agent/site/fillings/memory.ts';
import { FakeClock } from '../../journal/journal-fixture.ts';
import { playerOf } from '../derivation-player.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';

const definition: FillingDefinition = {
  id: 'filling/L-1',
  name: 'L-1',
  phase: { point: pointId('phase'), flowing: [4, 5], over: [0, 7] },
  flow: { point: pointId('flow'), above: 0.5 },
  permissives: [
    { name: 'earthing', point: pointId('earth'), on: true },
    { name: 'overfill', point: pointId('probe'), on: true },
  ],
  batch: pointId('batch'),
  loaded: pointId('loaded'),
  preset: pointId('preset'),
  restMs: 30_000,
  lostPoint: pointId('lost'),
  fillingPoint: pointId('filling'),
  lastLoadedPoint: pointId('last'),
  repeatMs: 5000,
};

function watched(memory?: FillingMemory, clock = new FakeClock()) {
  const watch = createFillingWatch(definition, clock, memory);
  return { clock, watch, ...playerOf(watch, clock, Flag.sim) };
}

const idle = { phase: 0, flow: 0, earth: true, probe: true, batch: 0, loaded: 0, preset: 25 };
const finished = (events: readonly { kind: string; detail?: unknown }[]) =>
  events.flatMap(({ kind, detail }) => (kind === 'filling.finished' ? [detail] : []));

describe('a filling', () => {
  it('is told once, with its batch, quantities and times', () => {
    const { play, wait, value, events, told } = watched();
    play(idle);
    play({ phase: 4, flow: 10, batch: 4711 });
    expect(value('filling')).toBe(true);
    wait(60_000);
    play({ phase: 5, flow: 40, loaded: 20 });
    play({ phase: 6, flow: 0 });
    wait(600_000);
    play({ phase: 5, flow: 40, loaded: 25 });
    play({ phase: 7, flow: 0 });
    wait(60_000);
    play({ phase: 0, batch: 0, loaded: 0 });
    expect(finished(events)).toMatchObject([
      { batch: '4711', ownNumber: false, loaded: 25, preset: 25, result: 'complete', permissivesLost: '' },
    ]);
    expect([value('filling'), value('last')]).toEqual([false, 25]);
    expect([...told.values()].every(({ flags }) => flags === Flag.sim)).toBe(true);
  });

  it('that ended before its preset says so', () => {
    const { play, events } = watched();
    play(idle);
    play({ phase: 5, flow: 40, batch: 1 });
    play({ loaded: 12 });
    play({ phase: 0, flow: 0 });
    expect(finished(events)).toMatchObject([{ loaded: 12, result: 'ended early' }]);
  });

  it('through a restart is told once, whether it ended meanwhile or not', () => {
    const before = watched();
    before.play(idle);
    before.play({ phase: 5, flow: 40, batch: 1, loaded: 3 });
    const memory = () => readFillingMemory(JSON.parse(JSON.stringify(before.watch.memory())));

    const goesOn = watched(memory(), before.clock);
    goesOn.play({ ...idle, phase: 5, flow: 40, batch: 1, loaded: 9 });
    goesOn.play({ phase: 7, flow: 0, loaded: 25 });
    expect(finished(goesOn.events)).toMatchObject([{ batch: '1', loaded: 25, result: 'complete' }]);

    const wentBy = watched(memory(), before.clock);
    wentBy.play({ ...idle, phase: 5, flow: 40, batch: 2, loaded: 1 });
    expect(finished(wentBy.events)).toMatchObject([{ batch: '1', loaded: 3, result: 'end not seen' }]);
    expect(finished(before.events)).toEqual([]);

    before.play({ phase: 7, flow: 0, loaded: 25 });
    const after = watched(memory(), before.clock);
    after.play({ ...idle, phase: 7, batch: 1, loaded: 25 });
    after.play({ phase: 5, flow: 0.9, batch: 1 });
    expect(finished(after.events)).toEqual([]);
  });

  it('without a batch number is told with one of our own, and that there was none', () => {
    const { play, kinds, events } = watched();
    play(idle);
    play({ phase: 5, flow: 40, loaded: 1 });
    play({ phase: 7, flow: 0, loaded: 25 });
    expect(kinds()).toEqual(['filling.no-batch-number', 'filling.finished']);
    expect(finished(events)).toMatchObject([{ ownNumber: true, batch: expect.stringMatching(/^2026-/) }]);
  });

  it('with a permissive lost while product flows is an alarm at once, by phase or by flow', () => {
    const { play, value, level, events } = watched();
    play({ ...idle, earth: false });
    expect([value('lost'), level('lost')]).toEqual([false, 'good']);
    play({ phase: 8, flow: 12, batch: 1 });
    expect(value('lost')).toBe(true);
    play({ earth: { value: true, quality: bad('comm-lost') } });
    expect([value('lost'), level('lost')]).toEqual([false, 'bad']);
    play({ flow: 0, phase: 0, loaded: 5 });
    expect(finished(events)).toMatchObject([{ permissivesLost: 'earthing' }]);
  });

  it('may go on while neither phase nor flow can be trusted', () => {
    const { play, wait, value, level, events } = watched();
    play(idle);
    play({ phase: 5, flow: 40, batch: 1 });
    play({ phase: { value: null, quality: bad('comm-lost') }, flow: { value: null, quality: bad('comm-lost') } });
    wait(3_600_000);
    expect([value('filling'), level('filling')]).toEqual([true, 'bad']);
    expect(finished(events)).toEqual([]);
  });

  it('of a site is one event on disk and a critical alarm where its earthing is lost', async () => {
    const directory = siteDirectory();
    const site = startPlayedSite(
      directory,
      `points:
  - { id: L.flow, source: plant, address: f, kind: flow, unit: m³/h }
  - { id: L.earth, source: plant, address: e, kind: state }
  - { id: L.batch, source: plant, address: b, kind: number }
  - { id: L.phase, source: plant, address: p, kind: state }
fillings:
  - { id: L, phase: { point: L.phase, flowing: [5], over: [0] }, flow: { point: L.flow }, permissives: { 静电接地: L.earth }, batch: L.batch }
`,
    );
    site.play({ 'L.flow': 0, 'L.earth': true, 'L.batch': 9, 'L.phase': 0 });
    site.play({ 'L.flow': 30, 'L.phase': 5 });
    site.play({ 'L.earth': false });
    const standing = site.alarms().filter(({ state }) => state !== 'normal');
    expect(standing.map(({ definition: { id, priority } }) => [id, priority])).toEqual([
      ['L.permissive-lost/state', 'critical'],
    ]);
    site.play({ 'L.flow': 0, 'L.phase': 0 });
    await site.stop(0);
    const kinds = recordsOf(directory, 'event').map(({ body }) => body.kind);
    expect(kinds.filter((kind) => kind.startsWith('filling'))).toEqual(['filling.permissive-lost', 'filling.finished']);
  });
});
