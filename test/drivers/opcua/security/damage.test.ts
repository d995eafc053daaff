import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { opcua } from '#drivers/opcua/driver.ts';
import { contextOf } from '../recorder.ts';
import { createScene, pointsOf, quick } from '../scene.ts';
import { double } from '../test-server.ts';
import { resubscribing } from './resubscribing.ts';
import { offering, trusting } from './secure-server.ts';

const scene = createScene();
afterEach(scene.end);

/** The same numbers in each run. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}

interface DamagingProxy {
  readonly endpoint: string;
  readonly begin: () => void;
  /** Bytes changed so far. */
  readonly damaged: () => number;
}

/** A link that, once told to begin, changes about one byte in so many that come from the server. */
async function damagingProxy(targetPort: number, oneIn: number): Promise<DamagingProxy> {
  const random = numbers(7);
  let damaged = 0;
  let isSound = true;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const target = net.connect(targetPort, '127.0.0.1');
    client.on('data', (bytes) => target.write(bytes));
    target.on('data', (bytes: Buffer) => {
      for (let at = 0; at < bytes.length; at += 1) {
        if (isSound || random() * oneIn >= 1) continue;
        bytes[at] = Math.floor(random() * 256);
        damaged += 1;
      }
      client.write(bytes);
    });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => (client.destroy(), target.destroy()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  scene.add(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  return { endpoint: `opc.tcp://127.0.0.1:${port}`, begin: () => void (isSound = false), damaged: () => damaged };
}

test.each([
  { mode: 'None', oneIn: 300 },
  { mode: 'Sign', oneIn: 4000 },
  { mode: 'SignAndEncrypt', oneIn: 4000 },
])('a link that changes bytes ends connections only, and no changed value passes a signature ($mode)', async (link) => {
  const server = await scene.serve({ T: double(0) }, offering(['None', 'Sign', 'SignAndEncrypt']));
  const { endpoint, begin, damaged } = await damagingProxy(server.port, link.oneIn);
  const timing = { ...quick, keepAlive: '500ms', connectTimeout: '400ms', requestTimeout: '400ms' };
  const options = opcua.schema.parse({ endpoint, ...timing, security: { mode: link.mode } });
  const sources = await Promise.all(
    [1, 2, 3].map(async () => resubscribing(options, await contextOf(pointsOf(['T']), trusting(server)))),
  );
  for (const source of sources) scene.add(source.stop);
  await expect.poll(() => sources.map((source) => source.values()), { timeout: 45_000 }).toEqual([[0], [0], [0]]);
  begin();
  const attempts = () => sources.flatMap((source) => source.attempts);
  let sent = 0;
  await expect
    .poll(
      () => {
        server.set('T', double((sent += 1)));
        return damaged() > 15 && attempts().filter(({ error }) => error !== undefined).length >= 3;
      },
      { timeout: 25_000 },
    )
    .toBe(true);
  if (link.mode === 'None') return;
  const values = attempts().flatMap((attempt) => attempt.values);
  expect(values.length).toBeGreaterThan(3);
  expect(values.filter((value) => !(Number.isInteger(value) && Number(value) <= sent))).toEqual([]);
});
