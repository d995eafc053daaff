import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { map } from 'rxjs';
import type { Observable } from 'rxjs';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { openUplink } from '#agent/uplink/uplink.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import { drivers } from '#drivers/registry.ts';

export type Protocol = 'opcua' | 'modbus' | 'mqtt';

/** Quick enough that an hour of outages is a minute here. */
const BACK_OFF = { firstMs: 20, capMs: 40, floorMs: 20 };
const POINTS = 50;

/** True whenever the one connection of this protocol, to this port of this machine, stands and has proved it. */
export function connectionOf(protocol: Protocol, port: number): Observable<boolean> {
  const config = siteOf(protocol, port);
  return protocol === 'mqtt' ? uplinkOf(config) : sourceOf(config);
}

function siteOf(protocol: Protocol, port: number): SiteConfig {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-reconnect-'));
  const file = join(directory, 'site.yaml');
  const modbus = `{ id: source, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: ${port} }, interval: 100ms }`;
  const opcua = `{ id: source, kind: opcua, endpoint: "opc.tcp://127.0.0.1:${port}" }`;
  const addresses = Array.from({ length: POINTS }, (_, at) =>
    protocol === 'opcua'
      ? `nsu=urn:firewatch:simulator:plant;s=LOAD-${String(at + 1).padStart(5, '0')}`
      : `holding:${at} uint16`,
  );
  const points = addresses.map(
    (address, at) => `  - { id: P-${at}, source: source, address: "${address}", kind: number }`,
  );
  const receiver = `receivers: [{ id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:${port}", requireSubscriber: false }, profile: firewatch-json }]`;
  writeFileSync(
    file,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
sources: [${protocol === 'opcua' ? opcua : modbus}]
points:
${points.join('\n')}
${protocol === 'mqtt' ? receiver : ''}
`,
  );
  const loaded = loadSite(file, { kinds: drivers });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.config;
}

function sourceOf({ sources, points, alarms }: SiteConfig): Observable<boolean> {
  const source = sources[0];
  const driver = drivers.find(({ kind }) => kind === source?.kind);
  if (!source || !driver) throw new Error('no source');
  const { options, addresses } = source;
  return superviseSource({
    source,
    driver,
    options,
    points,
    addresses,
    alarms,
    clock: systemClock,
    stateDir: mkdtempSync(join(tmpdir(), 'firewatch-reconnect-')),
    share: shareRegistry(),
    limits: { backOff: BACK_OFF },
  }).pipe(
    map((told) => {
      if (told.type === 'samples') return told.samples.some(({ quality }) => quality.level === 'good');
      return false;
    }),
  );
}

function uplinkOf({ site, journal: options, receivers }: SiteConfig): Observable<boolean> {
  const receiver = receivers[0];
  if (!receiver) throw new Error('no receiver');
  const journal = openJournal({ ...options, site: site.id, clock: systemClock });
  return openUplink({
    site: { id: site.id, simulated: true },
    receiver,
    reader: journal,
    committed$: journal.committed$,
    clock: systemClock,
    tuning: { backoffBaseMs: 20, backoffCapMs: 40 },
  }).pipe(map(({ state }) => state === 'connected'));
}
