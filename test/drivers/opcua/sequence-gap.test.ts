import { DataChangeNotification, NotificationMessage, PublishResponse, StatusCodes } from 'node-opcua';
import type { PublishRequest, ReadRequest, RepublishRequest } from 'node-opcua';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './recorder.ts';
import type { Recorder } from './recorder.ts';
import { createScene, pointsOf } from './scene.ts';
import { tapService } from './service-tap.ts';
import { double } from './test-server.ts';
import type { TestServer } from './test-server.ts';

const scene = createScene();
afterEach(scene.end);

const everyChange = { samplingInterval: '0ms', queueSize: 100 };

const hasData = (message: NotificationMessage): boolean =>
  (message.notificationData ?? []).some((each) => each instanceof DataChangeNotification);

/** A server whose messages can be lost or changed on the way out. */
async function serveBrokenly() {
  const server = await scene.serve({ T: double(0), U: double(0) });
  const publish = tapService<PublishRequest>(server.server, 'Publish');
  const republish = tapService<RepublishRequest>(server.server, 'Republish');
  const losing = { messages: 0 };
  const state = { isLosing: false, change: (_message: NotificationMessage): void => {} };
  publish.passes = (response) => {
    if (!(response instanceof PublishResponse)) return true;
    const { notificationMessage } = response;
    if (state.isLosing && hasData(notificationMessage)) {
      losing.messages += 1;
      return false;
    }
    state.change(notificationMessage);
    return true;
  };
  return { server, publish, republish, state, losing };
}

async function settled(server: TestServer, run: Recorder): Promise<void> {
  await eventually(() => server.monitored() === 3);
  server.set('T', double(1));
  await run.until(() => run.samples('T').at(-1)?.value === 1, 'the first change');
}

const gapsOf = (run: Recorder) => run.signals.flatMap((signal) => (signal.type === 'gap' ? [signal.gap] : []));

test('a message that never came is fetched again and delivered in its place', async () => {
  const { server, state, losing, republish } = await serveBrokenly();
  const run = await scene.watch(server, pointsOf(['T', 'U']), everyChange);
  await settled(server, run);
  state.isLosing = true;
  server.set('T', double(2));
  await eventually(() => losing.messages === 1);
  server.set('T', double(3));
  await eventually(() => losing.messages === 2);
  state.isLosing = false;
  server.set('T', double(4));
  await run.until(() => run.samples('T').at(-1)?.value === 4, 'the last change');
  expect(run.samples('T').map(({ value }) => value)).toEqual([0, 1, 2, 3, 4]);
  expect(republish.requests.length).toBe(2);
  expect(gapsOf(run)).toEqual([]);
});

test('a message that the server no longer has is a gap with its time and points, and everything is read', async () => {
  const { server, state, losing, republish } = await serveBrokenly();
  republish.verdict = () => StatusCodes.BadMessageNotAvailable;
  const run = await scene.watch(server, pointsOf(['T', 'U']), everyChange);
  await settled(server, run);
  const before = Date.now();
  state.isLosing = true;
  server.set('T', double(2));
  server.set('U', double(2));
  await eventually(() => losing.messages === 1);
  state.isLosing = false;
  await run.until(() => run.samples('U').at(-1)?.value === 2, 'what was lost, by reading');
  expect(run.samples('T').at(-1)?.value).toBe(2);
  const [gap, ...more] = gapsOf(run);
  expect(more).toEqual([]);
  expect(gap).toMatchObject({ reason: 'sequence-gap', source: 'dcs', points: ['T', 'U'] });
  expect(gap?.text).toContain('1 messages of subscription');
  expect(gap?.from).toBeLessThanOrEqual(before);
  expect(gap?.to).toBeGreaterThanOrEqual(before);
});

test('the very first message of a subscription is missed like any other', async () => {
  const { server, state, losing, republish } = await serveBrokenly();
  state.isLosing = true;
  const run = await scene.watch(server, pointsOf(['T', 'U']), everyChange);
  await eventually(() => losing.messages === 1);
  state.isLosing = false;
  await eventually(() => republish.requests.length === 1);
  expect(republish.requests[0]?.retransmitSequenceNumber).toBe(1);
  server.set('T', double(5));
  await run.until(() => run.samples('T').at(-1)?.value === 5, 'a change');
  expect(gapsOf(run)).toEqual([]);
});

test('a server that puts its last number into a keep-alive has lost nothing', async () => {
  const { server, state, republish } = await serveBrokenly();
  let keepAlives = 0;
  state.change = (message) => {
    if (hasData(message)) return;
    keepAlives += 1;
    message.sequenceNumber -= 1;
  };
  const run = await scene.watch(server, pointsOf(['T', 'U']), { ...everyChange, keepAlive: '500ms' });
  await settled(server, run);
  const then = keepAlives;
  await eventually(() => keepAlives >= then + 2);
  server.set('T', double(2));
  await run.until(() => run.samples('T').at(-1)?.value === 2, 'the change');
  expect(gapsOf(run)).toEqual([]);
  expect(republish.requests).toEqual([]);
});

test('a message that comes twice delivers no old value a second time', async () => {
  const { server, state } = await serveBrokenly();
  const run = await scene.watch(server, pointsOf(['T', 'U']), everyChange);
  await settled(server, run);
  const sent: NotificationMessage[] = [];
  state.change = (message) => {
    const [first] = sent;
    if (hasData(message)) sent.push(new NotificationMessage(message));
    // In place of a keep-alive the server says its first message again.
    else if (first) {
      message.sequenceNumber = first.sequenceNumber;
      message.notificationData = first.notificationData;
    }
  };
  for (const value of [2, 3]) {
    server.set('T', double(value));
    await run.until(() => run.samples('T').at(-1)?.value === value, `value ${value}`);
  }
  const reads = tapService<ReadRequest>(server.server, 'Read');
  const online = run.states().length;
  await run.until(() => run.states().length >= online + 2, 'two keep-alives');
  expect(run.samples('T').map(({ value }) => value)).toEqual([0, 1, 2, 3]);
  expect(gapsOf(run)).toEqual([]);
  expect(reads.requests).toEqual([]);
});
