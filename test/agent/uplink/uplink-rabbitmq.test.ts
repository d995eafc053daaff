import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples, simulatedSamples, type MemoryJournal } from './memory-journal.ts';
import { until } from './mosquitto.ts';
import { type RabbitMqCluster, startRabbitMq } from './rabbitmq.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function rabbitMq(count: number): Promise<RabbitMqCluster> {
  const cluster = await startRabbitMq(count);
  cleanups.push(() => cluster.stop());
  return cluster;
}

async function platform(url: string): Promise<Receiver> {
  const receiver = await startReceiver({ url, version: '3.1.1', topicPrefix: 'firewatch' });
  cleanups.push(() => receiver.stop());
  return receiver;
}

function uplink(journal: MemoryJournal, url: string): RunningUplink {
  const running = runUplink(journal, receiverOptions(url, { version: '3.1.1', requireSubscriber: false }));
  cleanups.push(running.close);
  return running;
}

/** Samples and an alarm, again and again, until it is told to stop. */
function writing(journal: MemoryJournal): () => void {
  const timer = setInterval(() => {
    journal.addSamples(Date.now(), samples(Date.now(), 20));
    journal.addAlarm(Date.now());
  }, 20);
  const stop = (): void => clearInterval(timer);
  cleanups.push(stop);
  return stop;
}

/** As a balancer before a cluster: each connection goes to the first of the given nodes that takes it. */
async function balancer(urls: readonly string[]): Promise<string> {
  const ports = urls.map((url) => Number(new URL(url).port));
  const sockets = new Set<Socket>();
  const join = (near: Socket, [port, ...others]: readonly number[]): void => {
    if (port === undefined) return void near.destroy();
    const far = connect(port, '127.0.0.1');
    const next = (): void => join(near, others);
    far.once('error', next);
    far.once('connect', () => {
      far.off('error', next);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => undefined);
        socket.on('close', () => [near, far].forEach((each) => each.destroy()));
      }
      near.pipe(far).pipe(near);
    });
  };
  const server = createServer((near) => join(near, ports));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function expectAll(journal: MemoryJournal, receiver: Receiver, running: RunningUplink): Promise<void> {
  await until(
    () => receiver.missing(journal.heads()).length === 0,
    () => [receiver.missing(journal.heads()), running.latest()],
    40_000,
  );
  expect(receiver.report()).toMatchObject({ gaps: 0, invalid: 0 });
  expect(receiver.report().perStream).toMatchObject({
    alarm: { records: journal.head('alarm') },
    sample: { records: journal.head('sample') },
  });
  expect(running.latest()?.quarantine).toEqual([]);
}

describe('uplink through RabbitMQ', () => {
  it('delivers every record, and loses none while the broker is killed and restarted', async () => {
    const [node] = (await rabbitMq(1)).nodes;
    if (!node) throw new Error('one node was asked for');
    const receiver = await platform(node.url);
    const journal = memoryJournal();
    journal.addSamples(Date.now(), simulatedSamples(Date.now(), 10));
    const running = uplink(journal, node.url);
    const stop = writing(journal);
    await until(() => receiver.report().records > 50, receiver.report);
    await node.kill('SIGKILL');
    await until(() => running.latest()?.state === 'waiting', running.latest);
    const before = receiver.report().records;
    await node.start();
    await until(() => receiver.report().records > before + 50, running.latest, 40_000);
    stop();
    await expectAll(journal, receiver, running);
    expect(receiver.report().simulated).toBeGreaterThan(0);
  }, 300_000);

  it('loses nothing while a cluster of three loses the node that holds the queue, and then the one that it talks to', async () => {
    const { nodes } = await rabbitMq(3);
    const [first, second, third] = nodes;
    if (!first || !second || !third) throw new Error('three nodes were asked for');
    // The queue belongs to the node at which the platform subscribes.
    const receiver = await platform(await balancer([second.url, third.url]));
    const journal = memoryJournal();
    const running = uplink(journal, await balancer([first.url, third.url]));
    const stop = writing(journal);
    const arrives = async (): Promise<void> => {
      const before = receiver.report().records;
      await until(
        () => receiver.report().records > before + 50,
        () => [receiver.report(), running.latest()],
        60_000,
      );
    };
    await arrives();
    await second.kill('SIGKILL');
    await arrives();
    // Without a majority a node waits for the others.
    await second.start();
    await first.kill('SIGKILL');
    await until(() => (running.latest()?.connections ?? 0) > 1, running.latest, 40_000);
    await arrives();
    stop();
    await expectAll(journal, receiver, running);
  }, 240_000);
});
