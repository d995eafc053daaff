import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { holdSecret } from '#config/secret.ts';
import { contextOf, record } from '../recorder.ts';
import { createScene, pointsOf, quick } from '../scene.ts';
import { double } from '../test-server.ts';
import { offering, sessionsOf, trusting } from './secure-server.ts';

const scene = createScene();
afterEach(scene.end);

const security = { mode: 'SignAndEncrypt' };

/** Answers whatever comes with the same bytes, and holds the line. */
async function answering(bytes: Buffer): Promise<string> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('data', () => socket.write(bytes)).on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scene.add(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `opc.tcp://127.0.0.1:${(server.address() as net.AddressInfo).port}`;
}

/** An acknowledge that is in order, so that what follows is read as an answer to opening the channel. */
const acknowledge = Buffer.concat([
  Buffer.from('ACKF'),
  Buffer.from(new Uint32Array([28, 0, 65_535, 65_535, 0, 0]).buffer),
]);

const framed = (kind: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(8 + body.length);
  return Buffer.concat([Buffer.from(kind), length, body]);
};

const garbage: readonly { what: string; bytes: Buffer }[] = [
  { what: 'a web server', bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') },
  { what: 'noise', bytes: randomBytes(4096) },
  { what: 'an acknowledge and noise', bytes: Buffer.concat([acknowledge, randomBytes(4096)]) },
  { what: 'a frame that claims 4 GB', bytes: Buffer.from('OPNF\xff\xff\xff\xff', 'latin1') },
  { what: 'an opened channel full of noise', bytes: Buffer.concat([acknowledge, framed('OPNF', randomBytes(500))]) },
  { what: 'an empty opened channel', bytes: Buffer.concat([acknowledge, framed('OPNF', Buffer.alloc(0))]) },
];

test.each(garbage.flatMap((each) => ['None', 'SignAndEncrypt'].map((mode) => ({ ...each, mode }))))(
  '$what at the port is a failed connection, never a value ($mode)',
  async ({ bytes, mode }) => {
    const endpoint = await answering(bytes);
    const options = { endpoint, ...quick, connectTimeout: '500ms', security: { mode } };
    const run = record(options, await contextOf(pointsOf(['T'])));
    scene.add(run.stop);
    const error = await run.failed;
    expect(error.name).toBe('SourceError');
    expect(error.message).toContain(endpoint);
    expect(run.samples()).toEqual([]);
  },
);

test('a user certificate or key that is none is told as that, and nobody is logged in', async () => {
  const server = await scene.serve({ T: double(1) }, offering());
  const text = (value: string) => holdSecret('${file:user.pem}', () => value);
  const user = { certificate: text('no certificate'), key: text('no key') };
  const run = await scene.watch(server, pointsOf(['T']), { security, user }, trusting(server));
  const error = await run.failed;
  expect(error.name).toBe('SourceError');
  expect(error.message).toContain('the X.509 user certificate');
  expect(sessionsOf(server)).toEqual([]);
});

test('a server that names itself by a host that nobody knows is read at the configured address', async () => {
  const named = offering(['None', 'SignAndEncrypt'], { hostname: 'dcs-7.invalid' });
  const server = await scene.serve({ T: double(1) }, named);
  for (const mode of ['None', 'SignAndEncrypt']) {
    const run = await scene.watch(server, pointsOf(['T']), { security: { mode } }, trusting(server));
    await run.until(() => run.samples('T').length > 0, 'a value');
    run.stop();
  }
});
