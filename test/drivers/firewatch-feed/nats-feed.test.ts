import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { firewatchFeed } from '#drivers/firewatch-feed/driver.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import type { Driver, Signal } from '#drivers/driver.ts';
import { OtherSite } from '#drivers/firewatch-feed/other-site.ts';
import { SeenMessages } from '#drivers/json-feed/seen-messages.ts';
import { drivers } from '#drivers/registry.ts';
import { openNatsEndpoint } from '#simulators/receiver/nats-endpoint.ts';
import { receiverOptions, runUplink, type RunningUplink } from '#test/agent/uplink/harness.ts';
import { memoryJournal, type MemoryJournal } from '#test/agent/uplink/memory-journal.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { type NatsServer, startNatsCluster, startNatsServer } from '#test/agent/uplink/nats-server.ts';
import { siteDirectory } from '#test/agent/site/played-site.ts';
import { configOf } from '#test/config/site-folder.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

const PATIENCE_MS = 30_000;
const id = pointId('FARM.level');

async function makeStream({ url }: NatsServer, replicas: number): Promise<void> {
  const endpoint = await openNatsEndpoint(url, 'firewatch');
  await endpoint.makeStream({ num_replicas: replicas });
  await endpoint.close();
}

async function server(): Promise<NatsServer> {
  const nats = await startNatsServer();
  onTestFinished(() => nats.stop());
  await makeStream(nats, 1);
  return nats;
}

/** The other agent: its journal, and its uplink into the cluster. */
function otherAgent([first, ...others]: readonly NatsServer[], wire: 'plain' | 'compact' = 'plain') {
  const journal = memoryJournal();
  const transport = {
    kind: 'nats',
    url: first?.url ?? '',
    otherUrls: others.map(({ url }) => url),
    name: 'farm',
    subjectPrefix: 'firewatch',
    timeoutMs: 1_000,
  } as const;
  const points = [
    {
      id: pointId('T-101.level'),
      source: 'dcs',
      name: '液位',
      kind: 'level',
      unit: 'm',
      safetyRole: 'none',
      staleAfterMs: 1e9,
    },
  ] as never;
  const uplink = runUplink(journal, { ...receiverOptions('mqtt://none'), transport, wire }, { points });
  onTestFinished(() => uplink.close());
  return { journal, uplink };
}

function tell(journal: MemoryJournal, value: number): void {
  const time = Date.now();
  const sample = { point: pointId('T-101.level'), value, quality: GOOD, sourceTime: time, receiveTime: time, flags: 0 };
  journal.addSamples(time, [sample]);
}

const isDrained = ({ latest }: RunningUplink): boolean =>
  latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

/** This agent: a new one each time, whose journal keeps what it is given as `stored` says. */
function feed(
  [first, ...others]: readonly NatsServer[],
  stored?: () => Promise<unknown>,
  more: object = {},
): WatchedSource {
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-feed-'));
  const source = new WatchedSource({
    driver: firewatchFeed as Driver,
    options: {
      ...firewatchFeed.schema.parse({
        url: first?.url,
        site: 'h2o2-demo',
        silence: '2s',
        nats: { otherUrls: others.map(({ url }) => url) },
      }),
      ...more,
    },
    points: [{ id, kind: 'number', address: 'T-101.level' }],
    stateDir,
    ...(stored && { stored }),
  });
  onTestFinished(() => {
    source.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return source;
}

const valuesOf = ({ samples }: WatchedSource): readonly unknown[] => samples.map(({ value }) => value);
const online = (source: WatchedSource) =>
  source.until('online', () => source.signals.some(({ type }) => type === 'status'), PATIENCE_MS);
/** As the supervisor does: an attempt that fails is followed by another. */
async function feedInTheEnd(servers: readonly NatsServer[]): Promise<WatchedSource> {
  for (;;) {
    const source = feed(servers);
    await source
      .until(
        'an end',
        () => source.end !== undefined || source.signals.some(({ type }) => type === 'status'),
        PATIENCE_MS,
      )
      .catch(() => undefined);
    if (source.end === undefined) return source;
  }
}
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe("another agent's points out of JetStream", () => {
  it('are told while this agent is away, once it is back', async () => {
    const nats = await server();
    const { journal, uplink } = otherAgent([nats]);
    const first = feed([nats]);
    await online(first);
    tell(journal, 1);
    await first.until('the first value', () => valuesOf(first).includes(1), PATIENCE_MS);
    first.stop();
    tell(journal, 2);
    tell(journal, 3);
    await until(() => isDrained(uplink), uplink.latest);
    const second = feed([nats]);
    await second.until('what came meanwhile', () => valuesOf(second).includes(3), PATIENCE_MS);
    expect(valuesOf(second).slice(-2)).toEqual([2, 3]);
  });

  it('are acknowledged when the journal has them, and told again to an agent that died before', async () => {
    const nats = await server();
    const { journal } = otherAgent([nats]);
    const dying = feed([nats], () => new Promise(() => undefined));
    await online(dying);
    tell(journal, 1);
    await dying.until('a value that is never stored', () => valuesOf(dying).includes(1), PATIENCE_MS);
    dying.stop();
    const next = feed([nats]);
    await next.until('the value again', () => valuesOf(next).includes(1), 60_000);
  }, 180_000);

  it('are understood from a compact wire whose catalog was told long before', async () => {
    const nats = await server();
    const { journal, uplink } = otherAgent([nats], 'compact');
    tell(journal, 1);
    await until(() => isDrained(uplink), uplink.latest);
    const source = feed([nats]);
    await online(source);
    tell(journal, 2);
    await source.until('the value', () => valuesOf(source).includes(2), PATIENCE_MS);
    expect(source.signals.filter(({ type }) => type === 'event')).toEqual([]);
    expect(source.latest.get(id)?.flags).toBe(0);
  });

  it('fill the past where they were told long before the newest, and raise nothing', () => {
    const signals: Signal[] = [];
    const context = { source: sourceId('farm'), points: [{ id, kind: 'number', address: 'T-101.level' }] };
    const site = new OtherSite(
      firewatchFeed.schema.parse({ url: 'nats://127.0.0.1:4222', site: 'farm' }),
      { ...context, clock: systemClock, stateDir: '', share: () => Promise.reject(new Error('nothing')) as never },
      { seen: new SeenMessages(), emit: (signal) => signals.push(signal) },
    );
    const body = {
      points: ['T-101.level'],
      point: [0],
      value: [4],
      sourceTime: [1000],
      receiveTime: [1000],
      quality: [{ count: 1, level: 'good' }],
      flags: [{ count: 1, flags: [] }],
    };
    const payload = (name: string) => Buffer.from(JSON.stringify({ id: name, lane: 'live', body }));
    site.take('firewatch/farm/sample', payload('farm/sample/1'), true);
    site.take('firewatch/farm/sample', payload('farm/sample/2'));
    const flags = signals.flatMap((signal) =>
      signal.type === 'samples' ? signal.samples.map((one) => one.flags) : [],
    );
    expect(flags).toEqual([Flag.backfilled, 0]);
  });

  it('are acknowledged by a site once its journal has committed them', async () => {
    const nats = await server();
    const { journal } = otherAgent([nats]);
    const directory = siteDirectory();
    const file = join(directory, 'site.yaml');
    writeFileSync(
      file,
      `site: { id: whole }
sources:
  - { id: farm, kind: firewatch-feed, url: "${nats.url}", site: h2o2-demo }
points:
  - { id: FARM.level, source: farm, address: T-101.level, kind: level, unit: m }
`,
    );
    const config = configOf(loadSite(file, { kinds: drivers, env: {} }));
    const site = startSite({ config, drivers, clock: systemClock, tell: () => undefined });
    onTestFinished(() => site.stop(0).then(() => undefined));
    await until(
      () => site.report().sources[0]?.status?.state === 'online',
      () => site.report().sources,
    );
    const connection = await connect({ servers: nats.url });
    onTestFinished(() => connection.close());
    const manager = await jetstreamManager(connection);
    const before = site.journal.head('sample');
    for (let value = 0; value < 20; value += 1) tell(journal, value);
    const consumer = () => manager.consumers.info('FIREWATCH', 'firewatch-farm');
    await until(async () => {
      const { num_ack_pending: open, delivered, num_pending: ahead } = await consumer();
      return delivered.consumer_seq >= 20 && open === 0 && ahead === 0;
    }, consumer);
    expect(site.journal.head('sample')).toBeGreaterThan(before);
  });

  it('need no right to publish but to ask JetStream and to acknowledge', async () => {
    const asking = [
      '$JS.API.INFO',
      '$JS.API.STREAM.NAMES',
      '$JS.API.STREAM.INFO.*',
      '$JS.API.STREAM.MSG.GET.*',
      '$JS.API.CONSUMER.INFO.>',
      '$JS.API.CONSUMER.CREATE.>',
      '$JS.API.CONSUMER.DURABLE.CREATE.>',
      '$JS.API.CONSUMER.MSG.NEXT.>',
      '$JS.ACK.>',
    ];
    const permissions = `{ publish: ${JSON.stringify(asking)}, subscribe: "_INBOX.>" }`;
    const users = `[{ user: site, password: s, permissions: ${permissions} }, { user: all, password: a }]`;
    const nats = await startNatsServer([`authorization { users: ${users} }`, 'no_auth_user: all']);
    onTestFinished(() => nats.stop());
    await makeStream(nats, 1);
    const { journal } = otherAgent([nats]);
    const source = feed([nats], undefined, { user: 'site', password: { reveal: () => 's' } });
    await online(source);
    tell(journal, 7);
    await source.until('the value', () => valuesOf(source).includes(7), PATIENCE_MS);
  });

  it('arrive whole and once while a cluster of three loses the server that it talks to', async () => {
    const cluster = await startNatsCluster();
    onTestFinished(() => Promise.all(cluster.map((each) => each.stop())).then(() => undefined));
    const [first] = cluster;
    if (!first) throw new Error('three servers were asked for');
    await until(() =>
      makeStream(first, 3).then(
        () => true,
        () => false,
      ),
    );
    const { journal, uplink } = otherAgent(cluster.toReversed());
    // Only the first server is named, so that it is the one that is lost; then the others are.
    const source = await feedInTheEnd([first]);
    let told = 0;
    const writing = setInterval(() => {
      tell(journal, told);
      told += 1;
    }, 20);
    onTestFinished(() => clearInterval(writing));
    await source.until('values', () => valuesOf(source).length > 50, PATIENCE_MS);
    await first.kill('SIGKILL');
    await source.until('the loss', () => source.end !== undefined, PATIENCE_MS);
    const other = await feedInTheEnd(cluster.slice(1));
    const before = told;
    await other.until('values again', () => valuesOf(other).includes(before + 50), 60_000);
    clearInterval(writing);
    await until(() => isDrained(uplink), uplink.latest);
    await other.until('the last', () => valuesOf(other).includes(told - 1), 60_000);
    const all = new Set([...valuesOf(source), ...valuesOf(other)].filter((value) => value !== null));
    expect([...all].toSorted((one, two) => Number(one) - Number(two))).toEqual(upTo(told));
    expect(new Set(valuesOf(other)).size).toBe(valuesOf(other).length);
  }, 300_000);
});
