import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { millFaultSchema } from '#simulators/lightning/fault.ts';
import { MillSimulator } from '#simulators/lightning/mill-simulator.ts';
import { sentence } from '#simulators/lightning/sentence.ts';
import { flashes, summerStorm } from '#simulators/lightning/storm.ts';

describe('the sentence of the simulated mill', () => {
  it('is that of a real one', () => {
    expect([sentence(0.65), sentence(0.64)]).toEqual(['$+00.65,0*CE\r\n', '$+00.64,0*CD\r\n']);
  });

  it('clips at the end of the range, and has no negative zero', () => {
    expect(sentence(-31)).toContain('$-20.00,0*');
    expect(sentence(-0.001)).toContain('$+00.00,0*');
  });
});

describe('on the wire', { timeout: 180_000 }, () => {
  let mill: MillSimulator;
  let client: Socket;
  let heard: string;

  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere()) await once(client, 'data');
  };
  const listen = async (): Promise<void> => {
    const [host, port] = mill.endpoint.split(':');
    client = connect({ host: host ?? '', port: Number(port) });
    heard = '';
    client.on('data', (bytes) => {
      heard += bytes.toString('latin1');
    });
    // A reset is told by 'close' too, and some tests want it.
    client.on('error', () => undefined);
    await once(client, 'connect');
  };

  beforeEach(async () => {
    mill = new MillSimulator({ port: 0, everyMs: 10 });
    await mill.start();
    await listen();
  });
  afterEach(async () => {
    client.destroy();
    await mill.stop();
  });

  it('the simulator names itself before each sentence', async () => {
    await until(() => heard.split('\r\n').length > 8);
    const lines = heard.split('\r\n').slice(0, 8);
    expect(lines.filter((_, index) => index % 2 === 0)).toEqual(Array.from({ length: 4 }, () => SIMULATOR_VENDOR));
    expect(lines.filter((_, index) => index % 2 === 1).every((line) => /^\$\+00\.12,0\*C[0-9A-F]$/.test(line))).toBe(
      true,
    );
  });

  it.each([
    ['rotor-fault', /\$\+00\.00,1\*/],
    ['rotor-stopped', /\$\+00\.00,0\*/],
    ['spike', /\$\+12\.00,0\*/],
    ['wrong-checksum', /\$\+00\.12,0\*.0\r\n/],
  ] as const)('%s shows', async (kind, expected) => {
    await mill.fault(millFaultSchema.parse({ kind }));
    await until(() => expected.test(heard));
    expect(mill.faults.map((fault) => fault.kind)).toEqual([kind]);
  });

  it('stuck repeats what it said', async () => {
    await until(() => heard.includes('$+00.12'));
    await mill.fault({ kind: 'stuck' });
    mill.show(5);
    heard = '';
    await until(() => heard.split('$').length > 5);
    expect(heard).not.toContain('05.00');
  });

  it('gone refuses connections, and comes back on the same port', async () => {
    const at = mill.endpoint;
    await mill.fault({ kind: 'gone' });
    await expect(listen()).rejects.toThrow('ECONNREFUSED');
    await mill.clear();
    expect(mill.endpoint).toBe(at);
    await listen();
    await until(() => heard.includes('$'));
  });

  it('a storm comes: the field grows, and a flash takes it away', async () => {
    mill.storm(summerStorm, 20_000);
    await until(() => /\$-0[789]\./.test(heard));
    expect(flashes(summerStorm).length).toBeGreaterThan(20);
  });

  it('counts what is sent to the mill', async () => {
    client.write('hello');
    while (mill.bytesReceived < 5) await once(client, 'data');
    expect(mill.bytesReceived).toBe(5);
  });
});
