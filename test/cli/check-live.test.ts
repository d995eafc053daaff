import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { startSimulators } from '#simulators/start-simulators.ts';
import type { Simulators } from '#simulators/start-simulators.ts';

const main = join(import.meta.dirname, '../../agent/cli/main.ts');
const plantNode = (tag: string): string => `nsu=urn:firewatch:simulator:plant;s=${tag}`;

let plant: Simulators;
const folders: string[] = [];

beforeAll(async () => {
  plant = await startSimulators({ speed: 0 });
}, 180_000);

afterEach(async () => {
  await plant.clearFaults();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}, 180_000);

afterAll(async () => {
  await plant.stop();
});

interface Point {
  readonly id: string;
  readonly source: string;
  readonly address: string;
  readonly kind: string;
}

const good: readonly Point[] = [
  { id: 'T-1101.temperature', source: 'dcs', address: plantNode('TI-1101'), kind: 'number' },
  { id: 'TK-2101.level', source: 'plc', address: 'input:0 float32 CDAB', kind: 'number' },
];

/** Writes a site of these points and runs the command on it as a user does. */
async function checkLive(points: readonly Point[], ...args: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'firewatch-check-'));
  folders.push(folder);
  const { opcua, modbus } = plant.endpoints;
  const port = Number(modbus?.split(':').at(-1));
  const site = {
    site: { id: 'live', name: 'live', timezone: 'UTC' },
    journal: { directory: './data' },
    sources: [
      { id: 'dcs', kind: 'opcua', endpoint: opcua, connectTimeout: '2s', requestTimeout: '2s' },
      { id: 'plc', kind: 'modbus', transport: { kind: 'tcp', host: '127.0.0.1', port }, order: 'ABCD' },
    ],
    points: points.map((point) => ({ ...point, name: point.id })),
  };
  const file = join(folder, 'site.yaml');
  writeFileSync(file, stringify(site));
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [main, 'check', file, '--live', ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, err });
    });
  });
}

const lineOf = (out: string, start: string): string =>
  out.split('\n').find((line) => line.trimStart().startsWith(start)) ?? '';

describe('firewatch check --live', () => {
  it('shows value, quality and time of every point, and ends with 0 when all are good', async () => {
    const { code, out, err } = await checkLive(good);
    expect(err).toBe('');
    expect(lineOf(out, 'T-1101.temperature')).toMatch(/ \d+\.\d+ .*good sim +20\d\d-\d\d-\d\dT/);
    expect(lineOf(out, 'TK-2101.level')).toMatch(/ [\d.e-]+ .*good sim /);
    expect(out).toMatch(/: 2 of 2 points good\n$/);
    expect(code).toBe(0);
  }, 180_000);

  it('says which points are wrong and why, and reads the others all the same', async () => {
    const { code, out } = await checkLive([
      ...good,
      { id: 'no-node', source: 'dcs', address: plantNode('TI-9999'), kind: 'number' },
      { id: 'wrong-type', source: 'dcs', address: 'i=2261', kind: 'number' },
      { id: 'no-namespace', source: 'dcs', address: 'nsu=urn:nobody;s=TI-1101', kind: 'number' },
      { id: 'no-register', source: 'plc', address: 'holding:60000 uint16', kind: 'number' },
    ]);
    expect(code).toBe(1);
    expect(lineOf(out, 'T-1101.temperature')).toContain('good');
    expect(lineOf(out, 'TK-2101.level')).toContain('good');
    expect(lineOf(out, 'no-node:')).toMatch(/BadNodeIdUnknown|does not exist/);
    expect(lineOf(out, 'wrong-type:')).toContain('check the kind of the point');
    expect(lineOf(out, 'no-namespace:')).toContain('namespace');
    expect(lineOf(out, 'no-register:')).toMatch(/illegal data address|does not exist/);
    expect(out).toMatch(/: 2 of 6 points good, 4 wrong\n$/);
  }, 180_000);

  it('tells a source that refuses the connection with its reason', async () => {
    await plant.fault({ device: 'modbus', fault: { kind: 'gone' } });
    const { code, out } = await checkLive(good, '--json');
    const told = JSON.parse(out) as { sources: unknown[]; points: unknown[] };
    expect(told).toMatchObject({ ok: false, good: 1, wrong: 1 });
    expect(told.sources).toContainEqual(
      expect.objectContaining({ id: 'plc', state: 'offline', reason: expect.stringContaining('refused') }),
    );
    expect(told.points).toContainEqual(
      expect.objectContaining({ id: 'TK-2101.level', value: null, wrong: expect.stringContaining('refused') }),
    );
    expect(code).toBe(1);
  }, 180_000);

  it('ends in time when devices accept and never answer', async () => {
    await plant.fault({ device: 'modbus', fault: { kind: 'half-open' } });
    await plant.fault({ device: 'opcua', fault: { kind: 'hang' } });
    const { code, out } = await checkLive(good, '--within', '4s');
    expect(code).toBe(1);
    expect(out).toMatch(/: 0 of 2 points good, 2 wrong\n$/);
    for (const id of ['T-1101.temperature:', 'TK-2101.level:']) expect(lineOf(out, id).length).toBeGreaterThan(30);
  }, 180_000);

  it('stores nothing but what a driver needs to connect', async () => {
    await checkLive(good);
    expect(readdirSync(join(folders[0] ?? '', 'data'))).toEqual(['sources']);
  }, 180_000);
});
