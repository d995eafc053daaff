import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '#agent/model/clock.ts';
import { openCommissioning } from '#agent/cli/commissioning/commissioning.ts';
import type { FoundThing, SearchView } from '#agent/web/site-port.ts';
import { CameraSimulator } from '#simulators/camera/camera-simulator.ts';
import { recordsOf } from '#test/agent/site/played-site.ts';
import { head, loadText } from '#test/config/site-folder.ts';
import { exception, reply, scriptedServer } from '#test/drivers/modbus/scripted-server.ts';
import { growTree, treeUri } from '#test/drivers/opcua/plant-tree.ts';
import { startTestServer } from '#test/drivers/opcua/test-server.ts';
import { serveSite, setUp, visitorWithRole } from './served-site.ts';
import type { Visitor } from './served-site.ts';

interface Told {
  readonly search: SearchView | null;
  readonly total: number;
  readonly found: readonly FoundThing[];
}

async function commissioner(linesInUse: readonly string[] = []) {
  const commissioning = openCommissioning({ clock: systemClock, path: 'site.yaml', linesInUse: () => linesInUse });
  const served = await serveSite({ commissioning });
  const one = await visitorWithRole(served.page, await setUp(served.page), 'engineer');
  return { ...served, one };
}

const begin = (one: Visitor, body: object): Promise<Response> => one.ask('POST', '/api/commissioning/search', { body });
const look = async (one: Visitor, query = ''): Promise<Told> =>
  (await (await one.ask('GET', `/api/commissioning/search?${query}`)).json()) as Told;

async function searched(one: Visitor, body: object): Promise<Told> {
  const begun = await begin(one, body);
  if (begun.status !== 200) throw new Error(await begun.text());
  await expect.poll(async () => (await look(one)).search?.state, { timeout: 60_000 }).not.toBe('running');
  return look(one);
}

/** As an engineer puts what was found into a site file. */
const errorsOf = (found: readonly FoundThing[], rest = ''): readonly string[] => {
  const sources = found.flatMap(({ sources }) => sources ?? []);
  const points = found.flatMap(({ points }) => points ?? []);
  const yaml = [head, ...(sources.length > 0 ? ['sources:', ...sources] : []), rest, 'points:', ...points].join('\n');
  const loaded = loadText(yaml, { env: { CAMERA_1: 'a', CAMERA_2: 'b' } });
  return loaded.ok ? [] : loaded.errors.map(({ what }) => what);
};

/** Unit 3 holds 23.5 as a swapped float at 0x11. */
const device = async (isSlow = false) => {
  const server = await scriptedServer((asked) => {
    const { unit, code, start, count, socket } = asked;
    if (isSlow) return;
    if (unit !== 3 || code !== 3) socket.write(exception(asked, 2));
    else
      socket.write(
        reply(
          asked,
          Array.from({ length: count }, (_, at) => (start + at === 0x12 ? 0x41bc : 0)),
        ),
      );
  });
  onTestFinished(server.stop);
  return `tcp://127.0.0.1:${server.port}`;
};

describe('a search of an engineer', { timeout: 300_000 }, () => {
  it('lists the variables of an OPC UA server, as points that a site file takes', async () => {
    const server = await startTestServer({ uris: ['urn:other', treeUri], tags: [] });
    onTestFinished(server.stop);
    growTree(server, { areas: 2, tagsPerArea: 3 });
    const { one, directory } = await commissioner();
    const { search, total, found } = await searched(one, { kind: 'opcua', url: server.endpoint });
    expect(search).toMatchObject({ kind: 'opcua', target: server.endpoint, state: 'done', found: total, notes: [] });
    expect(total).toBeGreaterThan(3);
    expect(errorsOf(found, 'sources:\n  - { id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:4840" }')).toEqual([]);
    const [first] = found;
    expect((await look(one, `text=${encodeURIComponent(first?.label ?? '')}`)).total).toBeGreaterThan(0);
    expect(await look(one, 'text=nothing-like-this')).toMatchObject({ total: 0, found: [] });
    expect((await look(one, 'offset=1&limit=1')).found).toEqual([found[1]]);
    expect(recordsOf(directory, 'audit').at(-1)?.body).toMatchObject({
      who: 'engineer',
      action: 'commissioning.search',
      what: 'opcua',
      detail: { url: server.endpoint },
    });
  });

  it("finds the register that holds the instrument's reading", async () => {
    const { one } = await commissioner();
    const order = {
      kind: 'modbus',
      target: await device(),
      source: 'plc',
      unit: 3,
      from: 'holding:0x10',
      reading: '23.5',
    };
    const { search, found } = await searched(one, order);
    expect(search).toMatchObject({ state: 'done', seen: 50, of: 50 });
    expect(found[0]).toEqual({
      label: 'holding:0x0011 float32 CDAB unit=3',
      detail: '23.5',
      points: '  - id: NAME\n    source: plc\n    address: "holding:0x0011 float32 CDAB unit=3"',
    });
  });

  it('shows registers under every type where no reading is given', async () => {
    const { one } = await commissioner();
    const { found } = await searched(one, {
      kind: 'modbus',
      target: await device(),
      unit: 3,
      from: 'holding:0x10',
      count: 4,
    });
    expect(found.map(({ label }) => label).join('\n')).toMatch(/0x0011 #18 40018[^]*float32 .*CDAB 23\.5/);
  });

  it('finds cameras, as sources and points that a site file takes', async () => {
    const camera = new CameraSimulator({ discoveryPort: 0 });
    await camera.start();
    onTestFinished(() => camera.stop());
    const { one } = await commissioner();
    const { search, found } = await searched(one, { kind: 'onvif', at: `127.0.0.1:${camera.discoveryPort}` });
    expect(search).toMatchObject({ state: 'done', found: 1 });
    expect(found).toMatchObject([{ detail: camera.endpoint, label: expect.stringContaining('Camera') }]);
    expect(errorsOf(found)).toEqual([]);
  });

  it('is one at a time, and is cancelled at once, with what was found kept', async () => {
    const { one } = await commissioner();
    const silent = await device(true);
    expect((await begin(one, { kind: 'modbus-units', target: silent })).status).toBe(200);
    const second = await begin(one, { kind: 'onvif' });
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ detail: 'a search is going on; wait for it or cancel it' });
    await expect.poll(async () => (await look(one)).search?.seen, { timeout: 30_000 }).toBeGreaterThan(0);
    expect((await look(one)).search).toMatchObject({ state: 'running', of: 247 });
    expect((await one.ask('DELETE', '/api/commissioning/search')).status).toBe(200);
    await expect.poll(async () => (await look(one)).search?.state, { timeout: 30_000 }).toBe('cancelled');
    const order = { kind: 'modbus', target: await device(), unit: 3, from: 'holding:0x10', count: 4, reading: '23.5' };
    expect(await searched(one, order)).toMatchObject({ search: { state: 'done' }, total: expect.any(Number) });
  });

  it('that fails says why', async () => {
    const { one } = await commissioner();
    const { search } = await searched(one, { kind: 'opcua', url: 'opc.tcp://127.0.0.1:1' });
    expect(search).toMatchObject({ state: 'failed', found: 0 });
    expect(search?.notes.join()).toMatch(/127\.0\.0\.1:1/);
    const wrong = await searched(one, { kind: 'modbus', target: 'nonsense://x', from: 'holding:0' });
    expect(wrong.search?.notes.join()).toContain('is no target');
    expect((await searched(one, { kind: 'modbus', target: await device(), from: 'nowhere:1' })).search?.state).toBe(
      'failed',
    );
  });

  it('does not speak on a serial line that the agent itself reads', async () => {
    const { one } = await commissioner(['/dev/ttyUSB0']);
    const response = await begin(one, { kind: 'modbus', target: '/dev/ttyUSB0' });
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { detail: expect.stringContaining('the agent itself reads') },
    ]);
  });

  it('is asked for by an address or a source, never with a login in the address', async () => {
    const { one } = await commissioner();
    for (const body of [
      { kind: 'opcua' },
      { kind: 'opcua', url: 'opc.tcp://h:1', source: 'dcs' },
      { kind: 'opcua', url: 'opc.tcp://user:secret@h:1' },
      { kind: 'modbus', target: 'tcp://h:1', count: 100_000 },
      { kind: 'other' },
    ])
      expect((await begin(one, body)).status).toBe(400);
    expect(await look(one)).toEqual({ search: null, total: 0, found: [] });
  });
});
