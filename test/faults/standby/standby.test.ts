import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { until } from '#test/agent/uplink/mosquitto.ts';
import { startNatsCluster } from '#test/agent/uplink/nats-server.ts';
import { createLedger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck } from '#simulators/receiver/message-check.ts';
import { openNatsEndpoint } from '#simulators/receiver/nats-endpoint.ts';
import { type Box, startBox } from './box.ts';

function boxOf(...parts: Parameters<typeof startBox>): Box {
  const box = startBox(...parts);
  onTestFinished(box.remove);
  return box;
}

async function makeStream(url: string): Promise<void> {
  const endpoint = await openNatsEndpoint(url, 'firewatch');
  await endpoint.makeStream({ num_replicas: 3 });
  await endpoint.close();
}

async function delivered(url: string) {
  const endpoint = await openNatsEndpoint(url, 'firewatch');
  const stored = await endpoint.stored();
  await endpoint.close();
  return stored;
}

/** An alarm's change, the same at whichever box. */
const changeOf = ({ alarm, event, sourceTime }: { alarm: string; event: string; sourceTime?: number }): string =>
  `${alarm} ${event} ${sourceTime ?? 'without a time'}`;

it('of two boxes one delivers, and no alarm is lost or doubled when it and a server of the cluster are killed', async () => {
  const cluster = await startNatsCluster();
  onTestFinished(async () => void (await Promise.all(cluster.map((each) => each.stop()))));
  const [first, second, third] = cluster;
  if (!first || !second || !third) throw new Error('three servers were asked for');
  // Until a leader is chosen, JetStream answers nobody.
  await until(() =>
    makeStream(first.url).then(
      () => true,
      () => false,
    ),
  );
  const urls = cluster.map(({ url }) => url);
  const a = boxOf('a', urls);
  await until(() => a.told.includes('standby.delivers'));
  const b = boxOf('b', urls.toReversed());
  await until(() => b.told.includes('standby.waits'));
  const alarmsOf = (box: Box) => recordsOf(box.directory, 'alarm');
  await until(() => alarmsOf(b).length >= 4);
  expect(b.told).not.toContain('standby.delivers');
  a.child.kill('SIGKILL');
  await once(a.child, 'exit');
  await first.kill('SIGKILL');
  await until(() => b.told.includes('standby.delivers'));
  const seen = alarmsOf(b).length;
  await until(() => alarmsOf(b).length >= seen + 4);
  b.child.kill('SIGTERM');
  await once(b.child, 'exit');

  const truth = alarmsOf(b);
  await first.start();
  let stored: Awaited<ReturnType<typeof delivered>> = [];
  const check = createMessageCheck();
  const arrived = () =>
    stored.flatMap(({ delivered: one }) => {
      const checked = check(one);
      expect(checked.type).not.toBe('invalid');
      return checked.type === 'stream' ? [checked.message] : [];
    });
  // A replica that catches up may give out a part first, or nothing.
  await until(async () => {
    stored = await delivered(third.url).catch(() => []);
    return arrived().some(({ site, stream, seq }) => site === 'pair-b' && stream === 'alarm' && seq === truth.length);
  });
  const messages = arrived();
  const ledger = createLedger();
  for (const each of messages) if (each.site === 'pair-b' && each.stream === 'alarm') ledger.enter(each);
  expect(ledger.missing(truth.length)).toEqual([]);

  const byBox = (site: string): string[] =>
    messages.flatMap((each) =>
      each.site === site && each.stream === 'alarm' && 'body' in each ? [changeOf(each.body)] : [],
    );
  const [fromA, fromB] = [byBox('pair-a'), byBox('pair-b')];
  expect(fromA.length).toBeGreaterThan(0);
  // Doubled neither by one box nor, once matched, by both; and what the box that lives has seen is all there.
  for (const one of [fromA, fromB]) expect(new Set(one).size).toBe(one.length);
  const all = new Set([...fromA, ...fromB]);
  expect(truth.map(({ body }) => changeOf(body)).filter((change) => !all.has(change))).toEqual([]);
}, 300_000);
