import { once } from 'node:events';
import { request } from 'node:https';
import { connect, createServer as createTcp, type AddressInfo } from 'node:net';
import { createServer as createTls, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { jsonFeed } from '#drivers/json-feed/driver.ts';
import { localSense } from '#drivers/local-sense/driver.ts';
import { omlox } from '#drivers/omlox/driver.ts';
import { pozyx } from '#drivers/pozyx/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { LocalSenseWire } from '#simulators/locating/local-sense-wire.ts';
import { OmloxWire } from '#simulators/locating/omlox-wire.ts';
import { PozyxWire } from '#simulators/locating/pozyx-wire.ts';
import { makeCertificates, type KeyPair, type TestCertificates } from '#test/agent/uplink/test-certificates.ts';
import { TagRig } from './tag-rig.ts';

const TAG = 9_007_199_254_740_993n;

/** TLS in front of a simulator that speaks plainly. */
async function wrap(endpoint: string, { cert, key }: KeyPair) {
  const [host = '', port] = endpoint.split(':');
  const sockets = new Set<TLSSocket>();
  const server = createTls({ cert, key }, (socket) => {
    sockets.add(socket);
    const inner = connect({ host, port: Number(port) });
    socket.pipe(inner).pipe(socket);
    socket.on('close', () => inner.destroy());
    inner.on('close', () => socket.destroy());
    // Either end may be cut; 'close' follows.
    socket.on('error', () => undefined);
    inner.on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    at: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

const held = (text: string) => holdSecret('${env:HELD}', () => text);

describe('over TLS', () => {
  let certificates: TestCertificates;
  let closing: (() => unknown)[] = [];

  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterEach(async () => {
    for (const close of closing) await close();
    closing = [];
  });

  const kinds = [
    {
      driver: localSense as Driver,
      wire: (crowd: Crowd) => new LocalSenseWire({ port: 0, plan: crowd.plan }),
      options: (at: string) => ({ url: `wss://${at}`, user: 'admin', password: held('x') }),
    },
    {
      driver: omlox as Driver,
      wire: (crowd: Crowd) => new OmloxWire({ port: 0, plan: crowd.plan }),
      options: (at: string) => ({ url: `https://${at}/v2`, token: held('t') }),
    },
    {
      driver: pozyx as Driver,
      wire: () => new PozyxWire({ port: 0 }),
      options: (at: string) => ({ url: `mqtts://${at}` }),
    },
  ] as const;

  const begin = async (nth: number, pair: KeyPair, more: object): Promise<TagRig> => {
    const kind = kinds[nth];
    if (!kind) throw new Error('no such kind');
    const crowd = new Crowd({ people: 1 });
    const hub = new LocatingHub(crowd, kind.wire(crowd), 50);
    await hub.start();
    const front = await wrap(hub.endpoint, pair);
    const rig = new TagRig(kind.driver, { ...kind.options(front.at), ...more }, {});
    closing.push(
      () => rig.stop(),
      () => front.close(),
      () => hub.stop(),
    );
    return rig;
  };

  it.each([0, 1, 2])('a hub whose authority is given is read (kind %d)', async (nth) => {
    const rig = await begin(nth, certificates.broker, { ca: held(certificates.ca) });
    await rig.waitFor('a fix', () => rig.fix(TAG) !== undefined);
    expect(rig.events('omlox.no-snapshot')).toEqual([]);
  });

  it.each([0, 1, 2])('a hub that nobody has vouched for is refused (kind %d)', async (nth) => {
    const rig = await begin(nth, certificates.broker, {});
    expect(await rig.untilEnd()).toMatch(/certificate/);
  });

  it.each([0, 1, 2])('a hub whose certificate has expired is refused (kind %d)', async (nth) => {
    const rig = await begin(nth, certificates.expiredBroker, { ca: held(certificates.ca) });
    expect(await rig.untilEnd()).toMatch(/expired/);
  });

  it('posts are taken by HTTPS, and not without it', async () => {
    const probe = createTcp().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const { cert, key } = certificates.broker;
    const transport = { kind: 'http', port, path: '/robot', token: held('t'), cert: held(cert), key: held(key) };
    const rig = new TagRig(jsonFeed as Driver, { transport, facts: [{ tag: 'id', x: 'x', y: 'y' }] }, {});
    closing.push(() => rig.stop());
    await rig.waitFor('online', () => rig.trouble.startsWith('online'));
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: 'Bearer t' };
      const options = { host: '127.0.0.1', port, path: '/robot', method: 'POST', headers, ca: certificates.ca };
      request(options, (response) => resolve(response.resume().statusCode))
        .on('error', reject)
        .end('{"id":7,"x":1,"y":2}');
    });
    expect(status).toBe(204);
    expect(rig.fix(7n)).toMatchObject({ x: 1, y: 2 });
    await expect(fetch(`http://127.0.0.1:${port}/robot`, { method: 'POST' })).rejects.toThrow('fetch failed');
  });
});
