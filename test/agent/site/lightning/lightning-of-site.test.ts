import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { flagNames } from '#agent/model/flags.ts';
import { siteId } from '#agent/model/ids.ts';
import type { Journal } from '#agent/journal/journal.ts';
import { startSite } from '#agent/site.ts';
import type { Told } from '#agent/site.ts';
import { drivers } from '#drivers/registry.ts';
import { MillSimulator } from '#simulators/lightning/mill-simulator.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { configOf, loadText } from '#test/config/site-folder.ts';
import { recordsOf, siteDirectory, startPlayedSite } from '../played-site.ts';
import type { PlayedSite } from '../played-site.ts';

const watch = (more = '') => `points:
  - { id: EFM.peak, source: plant, address: peak, kind: electric-field, unit: kV/m }
lightning:
  - { id: L, raiseAfter: 0s, inputs: [{ kind: field, point: EFM.peak, tiers: [2, 4, 8] }]${more} }
`;

const standing = (site: PlayedSite) =>
  site
    .alarms()
    .filter(({ state }) => state !== 'normal')
    .map(({ definition, state }) => `${definition.id} ${state}`);

const alarmsOf = (directory: string) => recordsOf(directory, 'alarm').map(({ body }) => `${body.alarm} ${body.event}`);
const eventsOf = (directory: string) => recordsOf(directory, 'event').map(({ body }) => body.kind);

/** The journal of a run that has ended. */
function reopen(directory: string, site: string): Journal {
  const limits = { maxAgeMs: 3_600_000, maxBytes: 100_000_000, sampleCommitMs: 100 };
  return openJournal({ directory, site: siteId(site), clock: systemClock, ...limits });
}

describe('a lightning watch of a site', () => {
  it('raises its advice as alarms, holds it through quiet weather and a restart, and raises nothing twice', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, watch());
    first.play({ 'EFM.peak': 0.1 });
    first.play({ 'EFM.peak': -2.5 });
    expect(standing(first)).toEqual(['L.stop-hot-work/state unacknowledged']);
    first.play({ 'EFM.peak': -5 });
    first.play({ 'EFM.peak': 0.1 });
    await first.stop(0);

    const second = startPlayedSite(directory, watch());
    second.play({ 'EFM.peak': 0.1 });
    expect(standing(second)).toEqual(['L.stop-hot-work/state unacknowledged', 'L.stop-loading/state unacknowledged']);
    await second.stop(0);
    expect(alarmsOf(directory).filter((text) => text.startsWith('L.'))).toEqual([
      'L.stop-hot-work/state raised',
      'L.stop-loading/state raised',
    ]);
    expect(eventsOf(directory).filter((kind) => kind.startsWith('lightning'))).toEqual([
      'lightning.raised',
      'lightning.advice-given',
      'lightning.raised',
      'lightning.advice-given',
    ]);
  });

  it('may have alarms of its own choice on its tier', async () => {
    const site = startPlayedSite(
      siteDirectory(),
      watch(', tier: { alarms: { HH: { setpoint: 3, priority: critical } } }'),
    );
    site.play({ 'EFM.peak': 9 });
    site.play({ 'EFM.peak': 9 });
    const tier = site.alarms().find(({ definition }) => definition.id === 'L.tier/HH');
    expect(tier).toMatchObject({ value: 3, definition: { priority: 'critical', source: 'site' } });
    await site.stop(0);
  });

  it('tells what it remembered without waiting for a sample', async () => {
    const directory = siteDirectory();
    const yaml = watch(', tier: { alarms: { H: { setpoint: 1.5, deadband: 0 } } }');
    const first = startPlayedSite(directory, watch());
    first.play({ 'EFM.peak': -5 });
    await first.stop(0);
    const second = startPlayedSite(directory, yaml);
    const tier = () => second.alarms().find(({ definition }) => definition.id === 'L.tier/H');
    await until(() => tier()?.value === 2, tier);
    await second.stop(0);
  });

  it('whose memory can not be read begins anew and says so', async () => {
    const directory = siteDirectory();
    const first = startPlayedSite(directory, watch());
    first.play({ 'EFM.peak': -5 });
    await first.stop(0);
    const journal = reopen(join(directory, 'data'), 'played');
    expect(journal.state('derivation').get('lightning/L')).toMatchObject({ assuredTier: 2 });
    journal.commit([], [{ scope: 'derivation', key: 'lightning/L', value: { assuredTier: 'high' } }]);
    journal.close();

    const second = startPlayedSite(directory, watch());
    await second.stop(0);
    expect(eventsOf(directory)).toContain('derivation.memory-unreadable');
  });
});

describe('a storm at a field mill', () => {
  it('is raised and held by the agent, simulated from the wire to the journal', { timeout: 180_000 }, async () => {
    const mill = new MillSimulator({ port: 0, everyMs: 10 });
    await mill.start();
    const directory = siteDirectory();
    const [host, port] = mill.endpoint.split(':');
    const loaded = configOf(
      loadText(`site: { id: storm }
sources:
  - { id: mill, kind: field-mill, interval: 200ms, transport: { kind: tcp, host: ${host}, port: ${port} } }
points:
  - { id: EFM.peak, source: mill, address: peak, kind: electric-field, unit: kV/m, alarms: { L: { setpoint: -2, deadband: 0 } } }
lightning:
  - id: L
    inputs: [{ kind: field, point: EFM.peak, tiers: [2, 4, 8] }]
    raiseAfter: 100ms
    advice: [{ id: stop-hot-work }, { id: stop-loading, zones: [loading] }]
`),
    );
    const told: Told[] = [];
    const config = { ...loaded, journal: { ...loaded.journal, directory } };
    const site = startSite({ config, drivers, clock: systemClock, tell: (one) => told.push(one) });
    const alarms = () =>
      told.flatMap((one) => (one.type === 'alarm' ? [`${one.record.body.alarm} ${one.record.body.event}`] : []));
    try {
      mill.storm({ approach: 120, overhead: 120, departure: 120, strength: -9, flashEvery: 40 }, 60);
      await until(
        () => alarms().includes('EFM.peak/L cleared'),
        () => alarms(),
      );
    } finally {
      await site.stop(0);
      await mill.stop();
    }
    expect(alarms().filter((text) => text.startsWith('L.'))).toEqual([
      'L.stop-hot-work/state raised',
      'L.stop-loading/state raised',
    ]);

    const journal = reopen(directory, 'storm');
    try {
      const written = journal
        .read('alarm', 0, 1000)
        .filter(({ body }) => 'alarm' in body && body.alarm.startsWith('L.'));
      expect(written.map(({ body }) => 'flags' in body && flagNames(body.flags))).toEqual([['sim'], ['sim']]);
      const samples = journal
        .read('sample', 0, 1000)
        .flatMap((record) => (record.stream === 'sample' ? record.body : []))
        .filter(({ point }) => point === 'L.tier');
      expect(samples.at(-1)).toMatchObject({ value: 3, quality: { level: 'good' } });
      expect(samples.filter(({ value }) => value !== 0).every(({ flags }) => flagNames(flags).includes('sim'))).toBe(
        true,
      );
    } finally {
      journal.close();
    }
  });
});
