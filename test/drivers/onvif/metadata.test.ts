import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { LoginGate } from '#drivers/http-digest/login-gate.ts';
import { keepReadingMetadata, type MetadataState } from '#drivers/onvif/keep-reading-metadata.ts';
import type { MetadataDocument } from '#drivers/onvif/metadata-document.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import type { Seen } from '#simulators/camera/metadata-track.ts';
import { account, rig } from './camera-rig.ts';

const addresses = [
  'event:people-count',
  'event:person',
  'event:vehicle',
  'event:motion',
  'event:line',
  'topic:RuleEngine/MyFallDetector/Fall#State',
  'health:events',
  'health:metadata',
];

const sees = (people: number, vehicles = 0): Seen => ({
  figures: Array.from({ length: people }, (_, n) => ({ u: n / 10, v: 0.5 })),
  vehicles,
  hasFallen: false,
});

/** Reads metadata of one address until the test is over; how each session ended. */
function readFrom(
  port: number,
  { password = account.password, timeoutMs = 500 } = {},
): { readonly ends: [MetadataState, string][]; readonly heard: MetadataDocument[] } {
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-metadata-'));
  const stopping = new AbortController();
  const ends: [MetadataState, string][] = [];
  const heard: MetadataDocument[] = [];
  const reading = keepReadingMetadata({
    target: { uri: `rtsp://192.0.2.9:${port}/main`, host: '127.0.0.1', timeoutMs, maxBytes: 65_536 },
    credentials: () => ({ user: account.user, password }),
    gate: new LoginGate(stateDir, 'stream', systemClock),
    retryMs: 20,
    reader: { playing: () => undefined, heard: (document) => heard.push(document) },
    lost: (state, reason) => ends.push([state, reason]),
    signal: stopping.signal,
  });
  const over = reading.catch(() => undefined);
  onTestFinished(async () => {
    stopping.abort();
    await over;
    rmSync(stateDir, { recursive: true, force: true });
  });
  return { ends, heard };
}

async function server(onConnection: (socket: Socket) => void): Promise<number> {
  const listening = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    onConnection(socket);
  });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  onTestFinished(() => void listening.close());
  return (listening.address() as AddressInfo).port;
}

describe('metadata of a stream', { timeout: 180_000 }, () => {
  it('counts who and what is in the picture, asks only to look, and is left when the source is let go', async () => {
    const { camera, open, shown, until } = await rig({}, addresses);
    camera.see(sees(2, 1));
    const source = open({ metadata: true });
    await until('two people', () => shown('event:people-count') === 2);
    expect([shown('event:person'), shown('event:vehicle'), shown('health:metadata')]).toEqual([true, true, 'ok']);
    camera.see(sees(0));
    await until('nobody', () => shown('event:people-count') === 0 && shown('event:person') === false);
    expect(shown('event:vehicle')).toBe(false);
    expect(camera.rtsp.listeners).toBe(1);
    source.stop();
    await until('a farewell', () => camera.rtsp.requests.has('TEARDOWN') && camera.rtsp.listeners === 0);
    const asked = ['DESCRIBE', 'OPTIONS', 'PLAY', 'SETUP', 'TEARDOWN'];
    expect([...camera.rtsp.requests.keys()].toSorted()).toEqual(asked);
    expect(camera.login.refused).toBe(0);
  });

  it('is played from the profile that is named, and one without metadata is told', async () => {
    const { open, shown, until } = await rig({}, addresses);
    open({ metadata: 'main' });
    await until('the stream', () => shown('health:metadata') === 'ok');
    open({ metadata: 'nothing' });
    await until('no such profile', () => shown('health:metadata') === 'no-metadata');
    expect(shown('event:people-count')).toBe('bad: comm-lost');
    open({ metadata: false });
    await until('nobody wants it', () => shown('health:metadata') === 'bad: not-supported');
    await until('events as ever', () => shown('event:people-count') === 'bad: no-such-address');
  });

  it('tells no event a second time that the subscription told', async () => {
    const { camera, open, shown, until } = await rig({}, addresses);
    const source = open({ metadata: true });
    await until('both ways', () => shown('health:metadata') === 'ok' && shown('health:events') === true);
    await until('what holds', () => shown('event:motion') === false);
    camera.show('line', 7);
    camera.show('motion', true);
    await until('both events', () => shown('event:line') === true && shown('event:motion') === true);
    // In the same order, so that the copy in the stream has come too.
    camera.see(sees(3));
    await until('three people', () => shown('event:people-count') === 3);
    const told = (point: string): number =>
      source.samples.filter((one) => one.point === point && one.value === true).length;
    expect([told('event:line'), told('event:motion')]).toEqual([1, 1]);
  });

  it('tells the events where the camera has no room for a subscription, before and after', async () => {
    const { camera, open, shown, until } = await rig({}, addresses);
    const source = open({ metadata: true });
    await until('both ways', () => shown('health:metadata') === 'ok' && shown('health:events') === true);
    await until('what holds', () => shown('event:motion') === false);
    await camera.fault({ kind: 'subscription-cap' });
    await until('no subscription', () => shown('health:events') === false);
    camera.show('fall', true);
    await until('the fall', () => shown('topic:RuleEngine/MyFallDetector/Fall#State') === true);
    expect(shown('event:motion')).toBe(false);
    expect(source.signals.filter(({ type }) => type === 'gap')).toEqual([]);
    expect(source.signals.findLast(({ type }) => type === 'status')).toMatchObject({
      state: 'degraded',
      reason: expect.stringMatching(/no more subscriptions.* heard in the metadata of the stream/),
    });
    const again = open({ metadata: true });
    await until('all of it from the stream alone', () => shown('topic:RuleEngine/MyFallDetector/Fall#State') === true);
    await camera.clear();
    await until('a subscription', () => shown('health:events') === true);
    camera.show('fall', false);
    await until('its end', () => shown('topic:RuleEngine/MyFallDetector/Fall#State') === false);
    expect(again.end).toBeUndefined();
  });

  it('is kept alive for as long as it takes', async () => {
    const { camera, open, shown, until } = await rig({ sessionSeconds: 4 }, addresses);
    open({ metadata: true });
    await until('the stream', () => shown('health:metadata') === 'ok');
    await until('three signs of life', () => (camera.rtsp.requests.get('GET_PARAMETER') ?? 0) >= 3);
    expect(camera.rtsp.requests.get('PLAY')).toBe(1);
  });

  it('of a camera that describes every picture costs few looks, and no event is passed over', async () => {
    const picture = '<MetadataStream><VideoAnalytics><Frame/></VideoAnalytics></MetadataStream>';
    const event = (n: number): string =>
      `<MetadataStream><Event><NotificationMessage><Topic>tns1:A/B</Topic><Message><Data><SimpleItem Name="n" Value="${n}"/></Data></Message></NotificationMessage></Event></MetadataStream>`;
    const documents = Array.from({ length: 400 }, (_, n) => (n % 20 === 10 ? event(n) : picture));
    const packets = documents.map((text, n) => {
      const head = Buffer.alloc(16);
      head.writeUInt16BE(0x2400, 0);
      head.writeUInt16BE(12 + text.length, 2);
      head.writeUInt16BE(0x80eb, 4);
      head.writeUInt16BE(n, 6);
      return Buffer.concat([head, Buffer.from(text)]);
    });
    const sdp = 'm=application 0 RTP/AVP 107\r\na=rtpmap:107 vnd.onvif.metadata/90000\r\n';
    const port = await server((socket) => {
      socket.on('data', (part) => {
        const isDescribe = part.toString().startsWith('DESCRIBE');
        const body = isDescribe ? sdp : '';
        socket.write(`RTSP/1.0 200 OK\r\nSession: 1\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
        if (part.toString().startsWith('PLAY')) socket.write(Buffer.concat(packets));
      });
    });
    const { ends, heard } = readFrom(port, { timeoutMs: 20_000 });
    await expect
      .poll(() => heard.flatMap(({ messages }) => messages).at(-1)?.data['n'], { timeout: 30_000 })
      .toBe('390');
    expect(heard.filter(({ messages }) => messages.length > 0)).toHaveLength(20);
    expect(heard.filter(({ frames }) => frames.length > 0).length).toBeLessThan(60);
    expect(ends).toEqual([]);
  });

  it('is not logged in to a third time with a wrong password', async () => {
    const camera = new CameraSimulator({ auth: 'digest', account });
    await camera.start();
    onTestFinished(() => camera.stop());
    const { ends } = readFrom(camera.rtsp.port, { password: 'wrong', timeoutMs: 20_000 });
    await expect.poll(() => ends.length, { timeout: 30_000 }).toBeGreaterThan(4);
    expect(camera.login.refused).toBe(2);
    expect(new Set(ends.map(([state]) => state))).toEqual(new Set(['refused']));
  });

  it.each([
    ['noise', Buffer.alloc(10_000, 'x'), /too long|no answer/],
    [
      'packets before any answer',
      Buffer.concat([Buffer.from([0x24, 0, 0xff, 0xff]), Buffer.alloc(0xffff)]),
      /no answer/,
    ],
    ['a head without an end', Buffer.from('RTSP/1.0 200 OK\r\nX: y\r\n'), /too long|no answer/],
    [
      'a body without an end',
      Buffer.from('RTSP/1.0 200 OK\r\nContent-Length: 999999999\r\n\r\n'),
      /too long|no answer/,
    ],
    ['questions to us', Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n'), /no answer/],
    ['nothing', Buffer.alloc(0), /no answer/],
  ])('of a server that sends %s is given up, and asked for again', async (_, bytes, reason) => {
    const sockets = new Set<Socket>();
    const port = await server((socket) => {
      sockets.add(socket.resume());
      const saying = setInterval(() => socket.write(bytes), 5);
      socket.on('close', () => {
        clearInterval(saying);
        sockets.delete(socket);
      });
    });
    const before = process.memoryUsage().rss;
    const { ends } = readFrom(port);
    await expect.poll(() => ends.length, { timeout: 60_000 }).toBeGreaterThan(2);
    expect(ends.every(([state]) => state === 'no-answer')).toBe(true);
    expect(ends[0]?.[1]).toMatch(reason);
    expect(sockets.size).toBeLessThanOrEqual(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
  });
});
