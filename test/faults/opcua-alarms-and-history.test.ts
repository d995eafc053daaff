import { StatusCodes } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { openForReading } from '#agent/journal/store.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { installAlarms } from '#test/drivers/opcua/alarming-plant.ts';
import { address, createScene } from '#test/drivers/opcua/scene.ts';
import { startTcpProxy } from '#test/drivers/opcua/tcp-proxy.ts';
import { double } from '#test/drivers/opcua/test-server.ts';
import { startRecordedRun } from './recorded-run.ts';
import { until } from './whole-line.ts';

const scene = createScene();
afterEach(scene.end);

/** The events in the journal, of a running agent or an ended one. */
function eventsOf(directory: string, kind: string): SiteEvent[] {
  const tables = openForReading(directory);
  const events = tables.records
    .rows('event', 0, Number.MAX_SAFE_INTEGER, 1000)
    .map(({ body }) => JSON.parse(body) as SiteEvent);
  tables.close();
  return events.filter((event) => event.kind === kind);
}

test("the journal holds the plant's alarms and the values of an outage, once each", { timeout: 180_000 }, async () => {
  const server = await scene.serve({ T: double(0) });
  const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);
  server.set('T', double(0), StatusCodes.Good, minutesAgo(2));
  server.server.engine.addressSpace?.installHistoricalDataNode(server.variable('T'), { maxOnlineValues: 1000 });
  server.set('T', double(1), StatusCodes.Good, minutesAgo(1));
  const [boiler] = installAlarms(server, ['Boiler']);
  const proxy = await startTcpProxy(server.port);
  scene.add(proxy.close);
  const source = {
    kind: 'opcua',
    endpoint: proxy.endpoint,
    publishingInterval: '100ms',
    keepAlive: '500ms',
    requestTimeout: '1s',
    connectTimeout: '1s',
    conditions: {},
    history: {},
  };
  const run = await startRecordedRun(source, [{ id: 'T', address: address('T') }]);
  scene.add(run.close);
  await run.untilStatus('online', ({ status }) => status?.state === 'online');
  await run.untilGood(0);
  proxy.hang();
  await run.untilStatus('offline', ({ status }) => status?.state === 'offline');
  boiler?.measure(95);
  const start = Date.now() - 100;
  for (let step = 1; step <= 50; step += 1) server.set('T', double(step + 1), StatusCodes.Good, new Date(start + step));
  proxy.resume();
  const [alarm] = await until('the alarm', () => {
    const found = eventsOf(run.directory, 'plant-alarm');
    return found.length > 0 && eventsOf(run.directory, 'opcua.outage-filled').length > 0 ? found : undefined;
  });
  expect(alarm).toMatchObject({
    source: 'device',
    detail: { origin: 'plant', condition: 'Level', change: 'standing' },
  });
  const { samples } = await run.finish();
  const good = samples.filter(({ point, quality }) => point === 'T' && quality === 'good');
  const since = good.filter(({ sourceTime }) => sourceTime > start).map(({ value }) => value);
  expect(since.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 50 }, (_, index) => index + 2));
  expect(eventsOf(run.directory, 'opcua.outage-filled')).toHaveLength(1);
  expect(eventsOf(run.directory, 'plant-alarm')).toHaveLength(1);
});
