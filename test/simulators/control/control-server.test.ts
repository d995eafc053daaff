import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { startSimulators, type Simulators, type SimulatorsStatus, type Truth } from '#simulators/start-simulators.ts';

let simulators: Simulators;
let url: string;

beforeAll(async () => {
  simulators = await startSimulators({ devices: ['modbus'], controlPort: 0, speed: 4, sampleMs: 20 });
  url = simulators.endpoints.control ?? '';
});

afterAll(() => simulators.stop());

const get = async <Body>(path: string): Promise<Body> => (await fetch(`${url}${path}`)).json() as Promise<Body>;

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const truthOf = async (point: string) => (await get<Truth>('/truth')).tags.find((row) => row.point === point);

/** Status of a request that names another host, as a rebound name in a browser would. */
const statusWithHost = (host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    request(`${url}/status`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });

describe('the control of the simulators', () => {
  it('tells the truth of every tag, with its time, while the plant lives', async () => {
    const first = await get<Truth>('/truth');
    expect(first.tags.length).toBeGreaterThan(60);
    expect(first.tags[0]).toEqual({
      point: 'C-1501.running',
      tag: 'YI-1501',
      unit: '',
      truth: true,
      shown: true,
    });
    await vi.waitFor(
      async () => expect((await get<Truth>('/truth')).plantSeconds).toBeGreaterThan(first.plantSeconds),
      { timeout: 45_000 },
    );
  });

  it('tells every sample that was shown after a time, so that whoever asks late misses none', async () => {
    const { time } = await get<Truth>('/truth');
    const later = await vi.waitFor(
      async () => {
        const all = await get<Truth[]>(`/truth?after=${time}`);
        expect(all.length).toBeGreaterThanOrEqual(5);
        return all;
      },
      { timeout: 45_000 },
    );
    const times = later.map((truth) => truth.time);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    expect(later.at(-1)?.plantSeconds).toBeGreaterThan(later[0]?.plantSeconds ?? Infinity);
    expect(later.every((truth) => truth.time > time && truth.tags.length > 60)).toBe(true);
  });

  it('says what is running and that it is a simulator', async () => {
    expect(await get<SimulatorsStatus>('/status')).toMatchObject({
      simulator: SIMULATOR_VENDOR,
      scenario: 'steady',
      endpoints: { modbus: simulators.endpoints.modbus, control: url },
      faults: [],
      errors: [],
    });
  });

  it('sets and clears a fault', async () => {
    const fault = { device: 'modbus', fault: { kind: 'gone' } };
    expect((await post('/fault', fault)).status).toBe(200);
    expect((await get<SimulatorsStatus>('/status')).faults).toEqual([fault]);
    expect((await fetch(`${url}/fault?device=modbus&kind=gone`, { method: 'DELETE' })).status).toBe(200);
    expect((await get<SimulatorsStatus>('/status')).faults).toEqual([]);
  });

  it('moves a handle of the plant', async () => {
    expect((await post('/set', { 'XV-1101.open': 'closed' })).status).toBe(200);
    await vi.waitFor(async () => expect((await truthOf('XV-1101.closed'))?.truth).toBe(true), { timeout: 45_000 });
  });

  it('starts a scenario over from rest, without faults', async () => {
    await post('/fault', { device: 'modbus', fault: { kind: 'slow', delayMs: 10 } });
    expect((await post('/scenario', { name: 'hydrogen-leak' })).status).toBe(200);
    expect(await get<SimulatorsStatus>('/status')).toMatchObject({ scenario: 'hydrogen-leak', faults: [] });
    expect((await truthOf('XV-1101.closed'))?.truth).toBe(false);
    expect(simulators.expects.length).toBeGreaterThan(3);
    const gas = await vi.waitFor(
      async () => {
        const row = await truthOf('AT-1501.hydrogen');
        expect(row?.truth).toBeGreaterThan(25);
        return row;
      },
      { timeout: 20_000 },
    );
    expect(gas?.unit).toBe('%LEL');
  });

  it.each([
    ['a fault that does not exist', '/fault', { device: 'modbus', fault: { kind: 'melted' } }, 400],
    ['a device that does not exist', '/fault', { device: 'camera', fault: { kind: 'gone' } }, 400],
    ['a device that is not running', '/fault', { device: 'opcua', fault: { kind: 'gone' } }, 400],
    ['an unknown key', '/fault', { device: 'modbus', fault: { kind: 'gone', why: 'x' } }, 400],
    [
      'a point that the device does not show',
      '/fault',
      { device: 'modbus', fault: { kind: 'freeze', point: 'x' } },
      400,
    ],
    ['an unknown scenario', '/scenario', { name: '../../package' }, 400],
    ['an unknown handle', '/set', { reactor: 1 }, 400],
    ['a handle beyond its limits', '/set', { 'leak.rate': 99 }, 400],
    ['an unknown path', '/format-disk', {}, 404],
    ['a body beyond all bounds', '/set', { 'XV-1101.open': 'x'.repeat(100_000) }, 413],
  ])('refuses %s and goes on', async (_, path, body, status) => {
    const response = await post(path, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.stringMatching(/./) });
    expect((await fetch(`${url}/status`)).status).toBe(200);
  });

  it('refuses what is no JSON, and what a web form could send', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${url}/set`, { method: 'POST', headers, body: '{' })).status).toBe(400);
    expect((await fetch(`${url}/set`, { method: 'POST', body: '{"leak.rate":0.1}' })).status).toBe(415);
  });

  it('answers to its loopback names only', async () => {
    const { port } = new URL(url);
    expect(await statusWithHost(`127.0.0.1:${port}`)).toBe(200);
    expect(await statusWithHost(`localhost:${port}`)).toBe(200);
    expect(await statusWithHost(`rebound.example:${port}`)).toBe(403);
  });

  it('does not listen on any other address of the machine', async () => {
    const others = Object.values(networkInterfaces()).flatMap((addresses) =>
      (addresses ?? []).filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address),
    );
    // 127.0.0.2 is loopback too, so that there is always one address to try.
    for (const address of ['127.0.0.2', ...others]) {
      const outcome = await new Promise((resolve) => {
        const socket = connect(Number(new URL(url).port), address);
        socket.on('connect', () => {
          socket.destroy();
          resolve('connected');
        });
        socket.on('error', () => resolve('refused'));
      });
      expect([address, outcome]).toEqual([address, 'refused']);
    }
  });
});
