import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { firewatchFeed } from '#drivers/firewatch-feed/driver.ts';
import type { Driver } from '#drivers/driver.ts';
import { OtherAgent } from '#simulators/firewatch-feed/other-agent.ts';
import { openNatsEndpoint } from '#simulators/receiver/nats-endpoint.ts';
import { receiverOptions, runUplink } from '#test/agent/uplink/harness.ts';
import { memoryJournal, samples } from '#test/agent/uplink/memory-journal.ts';
import { freePort, startMosquitto } from '#test/agent/uplink/mosquitto.ts';
import { startNatsServer } from '#test/agent/uplink/nats-server.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

const PATIENCE_MS = 20_000;

function watch(
  url: string,
  site: string,
  points: readonly { id: string; kind: string; address: string }[],
): WatchedSource {
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-feed-'));
  const source = new WatchedSource({
    driver: firewatchFeed as Driver,
    options: firewatchFeed.schema.parse({ url, site }),
    points: points.map((point) => ({ ...point, id: pointId(point.id) })),
    stateDir,
  });
  onTestFinished(() => {
    source.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  return source;
}

const level = [{ id: 'FARM.level', kind: 'number', address: 'T-101.level' }];
const id = pointId('FARM.level');

async function farm() {
  const agent = new OtherAgent('farm', [{ id: 'T-101.level', value: 1 }]);
  await agent.start();
  onTestFinished(() => agent.stop());
  const source = watch(`mqtt://${agent.endpoint}`, 'farm', level);
  await source.until('a sample', () => source.latest.get(id)?.quality.level === 'good', PATIENCE_MS);
  agent.pause();
  return { agent, source };
}

describe("another agent's points", () => {
  it('have its quality, reason and times, and are simulated where it says so', async () => {
    const { agent, source } = await farm();
    const time = Date.now() + 60_000;
    agent.show([{ id: 'T-101.level', value: 7, level: 'uncertain', reason: 'inhibited' }]);
    agent.samples(time);
    await source.until('the sample', () => source.latest.get(id)?.value === 7, PATIENCE_MS);
    expect(source.latest.get(id)).toMatchObject({
      quality: { level: 'uncertain', reason: 'inhibited' },
      sourceTime: time,
      flags: Flag.sim,
    });
  });

  it('raise nothing from the past: what fills a hole, and what is older than what came, is marked so', async () => {
    const { agent, source } = await farm();
    const now = Date.now() + 60_000;
    for (const [value, time, lane] of [
      [10, now, 'live'],
      [11, now - 5000, 'live'],
      [12, now - 9000, 'backfill'],
    ] as const) {
      agent.show([{ id: 'T-101.level', value }]);
      agent.samples(time, lane);
      await source.until(`value ${value}`, () => source.latest.get(id)?.value === value, PATIENCE_MS);
      expect(source.latest.get(id)?.flags).toBe(value === 10 ? Flag.sim : Flag.sim | Flag.backfilled);
    }
  });

  it.each(['stopped', 'lost'] as const)('are bad once it is %s, and good again with its next values', async (state) => {
    const { agent, source } = await farm();
    agent.presence(state);
    await source.until('a bad sample', () => source.latest.get(id)?.quality.reason === 'comm-lost', PATIENCE_MS);
    agent.presence('online');
    agent.samples(Date.now() + 60_000);
    await source.until('a good sample', () => source.latest.get(id)?.quality.level === 'good', PATIENCE_MS);
  });

  it('are not touched by what makes no sense', async () => {
    const { agent, source } = await farm();
    const compressed = Buffer.from('28b52ffd00000000', 'hex');
    for (const nonsense of [
      Buffer.from('{'),
      Buffer.alloc(3),
      compressed,
      { body: {} },
      [],
      'x',
      { body: { point: [1e9] } },
    ])
      agent.tell('sample', nonsense);
    agent.tell('presence', { state: 'asleep' });
    agent.tell('catalog/x', { points: 7 });
    agent.tell('gap', { body: { from: 'noon' } });
    agent.show([{ id: 'T-101.level', value: 42 }]);
    agent.samples(Date.now() + 60_000);
    await source.until('the sample behind it', () => source.latest.get(id)?.value === 42, PATIENCE_MS);
    expect(source.end).toBeUndefined();
  });

  it.each(['plain', 'compact'] as const)(
    'are read from what a real uplink publishes to a real broker, %s',
    async (wire) => {
      const mosquitto = await startMosquitto();
      onTestFinished(() => mosquitto.stop());
      const journal = memoryJournal();
      const told = samples(Date.now(), 400);
      const [wanted] = told;
      if (!wanted) throw new Error('no sample was made');
      const source = watch(mosquitto.url, 'h2o2-demo', [{ id: 'FARM.level', kind: 'number', address: wanted.point }]);
      const points = [...new Set(told.map(({ point }) => point))].map((point) => ({
        id: point,
        source: 'dcs' as never,
        kind: 'temperature' as const,
        name: point,
        unit: '°C',
        staleAfterMs: 10_000,
        safetyRole: 'none' as const,
      }));
      const running = runUplink(
        journal,
        { ...receiverOptions(mosquitto.url, { requireSubscriber: true }), wire },
        { points },
      );
      onTestFinished(running.close);
      journal.addSamples(Date.now(), told);
      await source.until('the sample', () => source.latest.get(id)?.quality.level === 'good', PATIENCE_MS);
      const last = told.findLast(({ point }) => point === wanted.point);
      expect(source.latest.get(id)).toMatchObject({
        value: last?.value,
        sourceTime: last?.sourceTime,
        flags: last?.flags,
      });
    },
  );

  it('are read out of a NATS server, to which their agent publishes through JetStream', async () => {
    const port = await freePort();
    const nats = await startNatsServer(['server_name: one', `mqtt { host: "127.0.0.1", port: ${port} }`]);
    onTestFinished(() => nats.stop());
    const endpoint = await openNatsEndpoint(nats.url, 'firewatch');
    await endpoint.makeStream();
    await endpoint.close();
    const source = watch(`mqtt://127.0.0.1:${port}`, 'h2o2-demo', [
      { id: 'FARM.level', kind: 'number', address: samples(0, 1)[0]?.point ?? '' },
    ]);
    const isConnected = () => source.signals.some((signal) => signal.type === 'status');
    await source.until('the subscription', isConnected, PATIENCE_MS);
    const journal = memoryJournal();
    const transport = {
      kind: 'nats',
      url: nats.url,
      otherUrls: [],
      name: 'h2o2-demo-site',
      subjectPrefix: 'firewatch',
      timeoutMs: 5_000,
    } as const;
    const running = runUplink(journal, { ...receiverOptions('mqtt://none'), transport });
    onTestFinished(running.close);
    journal.addSamples(Date.now(), samples(Date.now(), 40));
    await source.until('the sample', () => source.latest.get(id)?.quality.level === 'good', PATIENCE_MS);
  });
});
