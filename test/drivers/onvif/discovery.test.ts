import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { assert, constantFrom, array, property } from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { discoverCameras, readProbeMatches } from '#drivers/onvif/discovery.ts';
import { CameraSimulator, type CameraOptions } from '#simulators/camera/camera-simulator.ts';

async function camera(options: CameraOptions): Promise<CameraSimulator> {
  const made = new CameraSimulator({ discoveryPort: 0, ...options });
  await made.start();
  onTestFinished(() => made.stop());
  return made;
}

const ask = async (port: number) => {
  const refused: string[] = [];
  const target = { address: '127.0.0.1', port, waitMs: 300, refused: (from: string) => refused.push(from) };
  return { found: await discoverCameras(target), refused };
};

describe('discovery', { timeout: 180_000 }, () => {
  it.each(['NetworkVideoTransmitter', 'Device', 'any'] as const)(
    'finds a camera that answers probes for %s only',
    async (answersProbe) => {
      const made = await camera({ answersProbe });
      const { found } = await ask(made.discoveryPort);
      expect(found).toHaveLength(1);
      expect(`${found[0]?.host}:${found[0]?.port}`).toBe(made.endpoint);
      expect(found[0]).toMatchObject({ path: '/onvif/device_service', model: 'Camera' });
    },
  );

  it('goes on after answers that make no sense, and tells of them', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    onTestFinished(() => void socket.close());
    socket.on('message', (_, { port, address }) => {
      for (const answer of [
        '',
        '<Envelope>',
        'x'.repeat(60_000),
        '<Envelope><ProbeMatch><XAddrs>nonsense</XAddrs></ProbeMatch></Envelope>',
      ])
        socket.send(answer, port, address);
    });
    const { found, refused } = await ask(socket.address().port);
    expect(found).toEqual([]);
    expect(refused.length).toBeGreaterThan(3);
  });

  it('takes whatever an answer holds', () => {
    const pieces = constantFrom(
      '<e>',
      '</e>',
      '<ProbeMatch>',
      '</ProbeMatch>',
      '<XAddrs>',
      '</XAddrs>',
      'http://',
      '%',
      '[::1]',
      'onvif://www.onvif.org/name/%E0',
      ' ',
      '<Scopes>',
      '</Scopes>',
    );
    assert(
      property(array(pieces, { maxLength: 40 }), (parts) => {
        for (const { host } of readProbeMatches(`<e>${parts.join('')}</e>`, '127.0.0.1')) expect(host).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  it('on the command line prints YAML that can be pasted, and says no with 1', async () => {
    const made = await camera({});
    const main = new URL('../../../agent/cli/main.ts', import.meta.url).pathname;
    const run = (port: number) =>
      promisify(execFile)(process.execPath, [main, 'discover', 'onvif', '--at', `127.0.0.1:${port}`, '--wait', '1']);
    const { stdout } = await run(made.discoveryPort);
    const yaml = parse(stdout) as { sources: { kind: string; host: string; port: number }[]; points: unknown[] };
    expect(yaml.sources).toMatchObject([
      { kind: 'onvif', host: '127.0.0.1', port: Number(made.endpoint.split(':')[1]) },
    ]);
    expect(yaml.points).toHaveLength(4);
    await made.stop();
    await expect(run(made.discoveryPort)).rejects.toMatchObject({ code: 1 });
  });
});
