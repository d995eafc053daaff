import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConfigLife } from '#agent/cli/run/config-life.ts';
import { loadForRun } from '#agent/cli/run/load-for-run.ts';
import { systemClock } from '#agent/model/clock.ts';
import { startSite } from '#agent/site.ts';
import { drivers } from '#drivers/registry.ts';
import { ModbusSimulator } from '#simulators/modbus/modbus-simulator.ts';
import { recordsOf, siteDirectory } from '#test/agent/site/played-site.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';

const TRIAL_MS = 1500;

const yaml = (port: number, setpoint = 80) => `site: { id: a }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: ${port} }, timeout: 500ms, interval: 200ms }
points:
  - { id: T, source: plc, address: "input:0 float32 CDAB", kind: temperature, unit: °C, alarms: { H: { setpoint: ${setpoint} } } }
`;

/** With an oxygen monitor beside, whose registers a profile of the site's own describes. */
const withPanel = (port: number, panelPort: number) => `${yaml(port).replace(
  'points:',
  `  - { id: panel, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: ${panelPort} }, timeout: 500ms }
points:`,
)}devices:
  - { profile: ./panel.yaml, source: panel, prefix: O2-, channels: 1, gas: { kind: oxygen }, settings: { oxygen: "holding:1" } }
`;

const panelProfile = (type: string, registers: string) => `id: panel
vendor: type
model: oxygen monitor
class: gas-transmitter
protocol: modbus
source: a test
confidence: type-typical
line: { transports: [tcp] }
channels: { last: 1 }
settings: { oxygen: { about: register of the oxygen } }
registers: { oxygen: { at: oxygen, type: ${type} } }
readings: { gas: { from: oxygen } }
direction: falling
notes: []
notDecoded: []
golden:
  - { about: as delivered, settings: { oxygen: "holding:1" }, given: { "holding:1": ${registers} }, expect: { gas: 20.9, state: normal } }
`;

async function deadPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** The agent on a site file whose one device answers. */
async function running(directory = siteDirectory()) {
  const plc = new ModbusSimulator({ port: 0 });
  await plc.start();
  onTestFinished(() => plc.stop());
  const port = Number(plc.endpoint.split(':')[1]);
  const path = join(directory, 'site.yaml');
  writeFileSync(path, yaml(port));
  const said: string[] = [];
  const loaded = loadForRun(path, (line) => said.push(line));
  if (!loaded) throw new Error(said.join('\n'));
  const site = startSite({ config: loaded.config, drivers, clock: systemClock, tell: () => {} });
  const life = startConfigLife(loaded, { path, site, clock: systemClock, log: () => {}, trialMs: TRIAL_MS });
  onTestFinished(async () => {
    life.stop();
    await site.stop(0);
  });
  const state = () => site.report().sources[0]?.status?.state;
  await until(() => state() === 'online', state);
  return { directory, path, port, site, life, state };
}

const eventsOf = (directory: string) =>
  recordsOf(directory, 'event').flatMap(({ body }) => (body.kind.startsWith('config.') ? [body.kind] : []));

describe('the configuration of a running agent', () => {
  it('is changed on trial, proves good, and is what the next start falls back on', async () => {
    const { directory, path, port, life, site } = await running();
    expect(life.apply({ 'site.yaml': yaml(port, 60) }, 'engineer')).toMatchObject({ accepted: true });
    expect(life.status().state).toBe('on-trial');
    expect(readFileSync(path, 'utf8')).toBe(yaml(port, 60));
    await until(() => life.status().state === 'settled', life.status);
    expect(eventsOf(directory)).toEqual(['config.applied', 'config.on-trial', 'config.settled']);
    expect(site.config().alarms.find(({ id }) => (id as string) === 'T/H')?.condition).toMatchObject({ setpoint: 60 });

    writeFileSync(path, 'site: { id: a }\nsourcs: []\n');
    const said: string[] = [];
    const next = loadForRun(path, (line) => said.push(line));
    expect(said.join('\n')).toContain('unknown key "sourcs"');
    expect(next?.insteadBecause).toContain('it has faults; the last good configuration of ');
    expect(next?.config.sources.map(({ id }) => id)).toEqual(['plc']);
  });

  it('that loses a source is taken back by itself, and not tried again at the next start', async () => {
    const { directory, path, port, life, site, state } = await running();
    expect(life.apply({ 'site.yaml': yaml(await deadPort()) }, 'engineer')).toMatchObject({ accepted: true });
    await until(() => life.status().state === 'rolled-back', life.status);
    expect(life.status().text).toContain('no longer online since the change: plc');
    await until(() => state() === 'online', state);
    expect(site.config().sources[0]?.options).toMatchObject({ transport: { port } });
    expect(eventsOf(directory)).toEqual(['config.applied', 'config.on-trial', 'config.applied', 'config.rolled-back']);

    const next = loadForRun(path, () => {});
    expect(next?.insteadBecause).toContain('it made things worse');
    expect(next?.config.sources[0]?.options).toMatchObject({ transport: { port } });
  });

  it('with faults is told where, and changes neither the file nor the site', async () => {
    const { path, port, life, site } = await running();
    const wrong = yaml(port).replace('kind: temperature', 'kind: temperatur');
    expect(life.check({ 'site.yaml': wrong })).toMatchObject({
      ok: false,
      errors: [{ line: 5, path: 'points[0].kind' }],
    });
    expect(life.apply({ 'site.yaml': wrong }, 'engineer')).toMatchObject({ accepted: false });
    expect(life.apply({ '../other.yaml': 'x' }, 'engineer')).toMatchObject({
      accepted: false,
      text: expect.stringContaining('is no file of this site'),
    });
    expect(readFileSync(path, 'utf8')).toBe(yaml(port));
    expect(site.config().points).toHaveLength(1);
  });

  it('follows a changed device profile by restarting the source that reads it, and no other', async () => {
    const { directory, path, port, life, state } = await running();
    const profile = join(directory, 'panel.yaml');
    const dead = await deadPort();
    writeFileSync(profile, panelProfile('bytedecimal, digits: 1', '[0x1409]'));
    writeFileSync(path, withPanel(port, dead));
    expect(life.reload('test')).toMatchObject({ accepted: true, sources: { added: ['panel'], restarted: [] } });
    writeFileSync(profile, `${panelProfile('bytedecimal, digits: 1', '[0x1409]')}# only a remark\n`);
    expect(life.reload('test')).toMatchObject({ accepted: true, sources: { added: [], removed: [], restarted: [] } });
    writeFileSync(profile, panelProfile('uint16, digits: 1', '[209]'));
    expect(life.reload('test')).toMatchObject({
      accepted: true,
      sources: { added: [], removed: [], restarted: ['panel'] },
    });
    writeFileSync(profile, 'nonsense: true\n');
    expect(life.reload('test')).toMatchObject({ accepted: false });
    expect(state()).toBe('online');
  });

  it('can be taken back by a person while it is on trial', async () => {
    const { port, life, site } = await running();
    expect(life.rollback('engineer')).toMatchObject({ accepted: false });
    life.apply({ 'site.yaml': yaml(port, 60) }, 'engineer');
    expect(life.rollback('engineer')).toEqual({ accepted: true });
    expect(site.config().alarms.find(({ id }) => (id as string) === 'T/H')?.condition).toMatchObject({ setpoint: 80 });
  });
});
