import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import { modbusTarget } from '#test/contract/modbus-target.ts';
import type { ContractTarget } from '#test/contract/driver-contract.ts';
import { WireGate } from '#test/contract/wire-gate.ts';
import { aPoint } from './supervised-source.ts';

const PATIENCE_MS = 20_000;

describe('a supervised device', () => {
  let target: ContractTarget;
  let gate: WireGate;
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-supervise-'));

  beforeEach(async () => {
    target = await modbusTarget();
    gate = await WireGate.open(target.device);
  });
  afterEach(async () => {
    await gate.close();
    await target.close();
    rmSync(stateDir, { recursive: true, force: true });
  });

  it('comes back by itself after it was gone, with the outage told as status, bad samples and one gap', async () => {
    const told: Ingested[] = [];
    const points = target.points.map(({ id }) => aPoint(id, { kind: id.includes('.level') ? 'level' : 'state' }));
    const numeric = new Set(target.points.flatMap(({ id, value }) => (typeof value === 'number' ? [id] : [])));
    const subscription = superviseSource({
      source: { id: sourceId('plc'), kind: 'modbus', name: 'PLC', simulated: false },
      driver: target.driver,
      options: target.driver.schema.parse(target.options(gate.endpoint)),
      points: points.map((point) => (numeric.has(point.id) ? { ...point, kind: 'number' } : point)),
      addresses: new Map(target.points.map(({ id, address }) => [pointId(id), target.driver.address.parse(address)])),
      alarms: [],
      clock: systemClock,
      stateDir,
      share: shareRegistry(),
      limits: { backOff: { firstMs: 200, capMs: 500, floorMs: 50 } },
    }).subscribe((one) => told.push(one));
    const state = () => told.findLast((one) => one.type === 'status')?.status.state;
    const qualities = () => {
      const latest = new Map<string, string>();
      for (const one of told)
        if (one.type === 'samples')
          for (const { point, quality } of one.samples) latest.set(point, quality.reason ?? 'good');
      return [...latest.values()];
    };
    const all = (quality: string) => qualities().length === points.length && qualities().every((is) => is === quality);

    await expect.poll(() => state() === 'online' && all('good'), { timeout: PATIENCE_MS }).toBe(true);
    gate.refuse();
    gate.reset();
    await expect.poll(() => state() === 'offline' && all('comm-lost'), { timeout: PATIENCE_MS }).toBe(true);
    const attempts = () => told.filter((one) => one.type === 'status' && one.status.nextAttempt !== undefined).length;
    await expect.poll(attempts, { timeout: PATIENCE_MS }).toBeGreaterThan(3);
    await gate.admit();
    await expect.poll(() => state() === 'online' && all('good'), { timeout: PATIENCE_MS }).toBe(true);
    subscription.unsubscribe();

    const states = told.flatMap((one) => (one.type === 'status' ? [one.status.state] : []));
    expect(states.filter((is, index) => is !== states[index - 1])).toEqual([
      'connecting',
      'online',
      'offline',
      'online',
    ]);
    const gaps = told.flatMap((one) => (one.type === 'gap' ? [one.gap] : []));
    expect(gaps).toHaveLength(2);
    expect(gaps[1]).toMatchObject({ from: gaps[0]?.from, reason: 'comm-lost' });
    expect(gaps[1]?.to).toBeGreaterThan(gaps[0]?.from ?? Number.NaN);
    await expect.poll(() => gate.open, { timeout: PATIENCE_MS }).toBe(0);
  });
});
