import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';
import type { Fact } from '#agent/model/fact.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { SourceError } from '#drivers/driver.ts';
import type { Driver, DriverPoint } from '#drivers/driver.ts';
import { WatchedSource, openDriver } from './watched-source.ts';
import type { Opened } from './watched-source.ts';
import { WireGate } from './wire-gate.ts';
import type { Endpoint } from './wire-gate.ts';

/** A device for a driver to read, and what the driver must find there. */
export interface ContractTarget {
  readonly driver: Driver;
  readonly device: Endpoint;
  /** The source's own keys, as in YAML, for a device at this address; with short time-outs. */
  readonly options: (at: Endpoint) => unknown;
  /** At least four. Addresses as in YAML. */
  readonly points: readonly ContractPoint[];
  /** Kinds of the facts that the device tells by itself, beside its points; absent where it tells none. */
  readonly facts?: readonly Fact['kind'][];
  /** An address, as in YAML, that is well-formed and that the device does not have. */
  readonly unknownAddress: unknown;
  /** The driver must call a silent connection lost within this time, with these options. Milliseconds. */
  readonly silenceWithinMs: number;
  readonly close: () => Promise<void>;
}

export interface ContractPoint {
  readonly id: string;
  readonly kind: string;
  readonly address: unknown;
  /** What the device shows. A float32 is compared as one. */
  readonly value: SampleValue;
}

/** A loaded machine needs more time than a driver may take by its own limits. */
const PATIENCE_MS = 15_000;

/** The promises of drivers/driver.ts. Registers the tests that every driver must pass against its simulator. */
export function driverContract(name: string, makeTarget: () => Promise<ContractTarget>): void {
  describe(`driver ${name}`, { timeout: 60_000 }, () => {
    let target: ContractTarget;
    let gate: WireGate;
    const stateDir = mkdtempSync(join(tmpdir(), `firewatch-contract-${name}-`));
    const watched: WatchedSource[] = [];

    beforeAll(async () => {
      target = await makeTarget();
    }, 60_000);
    afterAll(async () => {
      await target.close();
      rmSync(stateDir, { recursive: true, force: true });
    });
    beforeEach(async () => {
      gate = await WireGate.open(target.device);
    });
    afterEach(async () => {
      for (const source of watched.splice(0)) source.stop();
      await gate.close();
    });

    const opened = (points: readonly ContractPoint[] = target.points, at: WireGate = gate): Opened => ({
      driver: target.driver,
      options: target.driver.schema.parse(target.options(at.endpoint)),
      points: points.map((point): DriverPoint<unknown> => ({
        id: pointId(point.id),
        kind: point.kind,
        address: target.driver.address.parse(point.address),
      })),
      stateDir,
    });

    const watch = (given: Opened = opened()): WatchedSource => {
      const source = new WatchedSource(given);
      watched.push(source);
      return source;
    };

    const online = async (given: Opened = opened()): Promise<WatchedSource> => {
      const source = watch(given);
      const isComplete = () => given.points.every(({ id }) => source.latest.has(id));
      await source.until('a sample of every point', () => isComplete() || source.end !== undefined, PATIENCE_MS);
      if (!isComplete()) throw new Error(`ended before every point had a sample: ${source.describe()}`);
      return source;
    };

    const released = (source: WatchedSource): Promise<void> =>
      source.until('every connection released', () => gate.open === 0, target.driver.releaseWithinMs + 1_000);

    const lost = async (source: WatchedSource, withinMs: number): Promise<void> => {
      await source.until('an error', () => source.end !== undefined, withinMs);
      const error = typeof source.end === 'object' ? source.end.error : source.end;
      expect(error).toBeInstanceOf(SourceError);
      expect((error as SourceError).message).toMatch(/127\.0\.0\.1/);
    };

    it('does nothing before it is subscribed to', async () => {
      openDriver(opened());
      const other = await WireGate.open(target.device);
      const source = await online(opened(target.points, other));
      expect(other.accepted).toBeGreaterThan(0);
      expect(gate.accepted).toBe(0);
      source.stop();
      await other.close();
    });

    it('connects on subscribe, says online, and gives every configured point its value', async () => {
      const source = await online();
      await source.until('online', () => source.signals.some(isOnline), PATIENCE_MS);
      const found = target.points.map(({ id }) => {
        const sample = source.latest.get(pointId(id));
        return [
          id,
          typeof sample?.value === 'number' ? Math.fround(sample.value) : sample?.value,
          sample?.quality.level,
        ];
      });
      expect(found).toEqual(
        target.points.map(({ id, value }) => [id, typeof value === 'number' ? Math.fround(value) : value, 'good']),
      );
    });

    it('marks every sample of a simulator as simulated, though nobody configured it', async () => {
      const source = await online();
      expect(source.samples.length).toBeGreaterThanOrEqual(target.points.length);
      const good = source.samples.filter((sample) => sample.quality.level === 'good');
      expect(good.length).toBeGreaterThan(0);
      expect(good.filter((sample) => !hasFlag(sample.flags, 'sim'))).toEqual([]);
    });

    it('stamps samples with sane times, in order for each point', async () => {
      const before = Date.now();
      const source = await online();
      const after = Date.now();
      const lastOf = new Map<string, number>();
      for (const { point, sourceTime, receiveTime } of source.samples) {
        expect(receiveTime).toBeGreaterThanOrEqual(before);
        expect(receiveTime).toBeLessThanOrEqual(after);
        expect(Number.isFinite(sourceTime)).toBe(true);
        expect(sourceTime).toBeLessThanOrEqual(receiveTime + 1_000);
        expect(sourceTime).toBeGreaterThanOrEqual(lastOf.get(point) ?? 0);
        lastOf.set(point, sourceTime);
      }
      expect(lastOf.size).toBe(target.points.length);
    });

    it('tells the facts that the device tells, each timed and marked as simulated, and no others', async () => {
      const source = await online();
      const wanted = target.facts ?? [];
      const kinds = () => new Set(source.facts.map(({ kind }) => kind));
      await source.until('every kind of fact', () => wanted.every((kind) => kinds().has(kind)), PATIENCE_MS);
      expect([...kinds()].toSorted()).toEqual([...wanted].toSorted());
      for (const fact of source.facts) {
        expect(hasFlag(fact.flags, 'sim')).toBe(true);
        expect(Math.abs(fact.receiveTime - Date.now())).toBeLessThan(PATIENCE_MS);
        expect(fact.sourceTime).toBeLessThanOrEqual(fact.receiveTime + 1_000);
      }
      expect(target.driver.tellsFacts ?? false).toBe(wanted.length > 0);
    });

    it('tells that it is alive while nothing changes', async () => {
      const source = await online();
      const heard = () => source.signals.filter((signal) => signal.type === 'samples' || isOnline(signal)).length;
      const atFirst = heard();
      await source.until('three more signs of life', () => heard() >= atFirst + 3, PATIENCE_MS);
    });

    it('gives a point that the device does not have a bad sample with its reason, and its neighbours stay good', async () => {
      const nowhere: ContractPoint = { id: 'nowhere', kind: 'number', address: target.unknownAddress, value: null };
      const source = await online(opened([...target.points.slice(0, 2), nowhere, ...target.points.slice(2)]));
      const isSettled = () => target.points.every(({ id }) => source.latest.get(pointId(id))?.quality.level === 'good');
      await source.until('good neighbours', isSettled, PATIENCE_MS);
      const sample = source.latest.get(pointId('nowhere'));
      expect(sample).toMatchObject({ value: null, quality: { level: 'bad', reason: 'no-such-address' } });
      expect(source.end).toBeUndefined();
    });

    it.each([
      ['reset', (way: WireGate) => way.reset()],
      ['closed', (way: WireGate) => way.finish()],
    ] as const)('errors when the connection is %s, and lets go of it', async (_, cut) => {
      const source = await online();
      cut(gate);
      await lost(source, PATIENCE_MS);
      await released(source);
    });

    it('errors when nothing comes back any more, and lets go of the connection', async () => {
      const source = await online();
      gate.hang();
      await lost(source, target.silenceWithinMs + PATIENCE_MS);
      await released(source);
    });

    it('errors when the connection is refused, naming where', async () => {
      gate.refuse();
      await lost(watch(), PATIENCE_MS);
    });

    it('errors when a host accepts and never answers', async () => {
      gate.hang();
      const source = watch();
      await lost(source, target.silenceWithinMs + PATIENCE_MS);
      await released(source);
    });

    it('can be subscribed to again after a loss, on the same observable', async () => {
      const given = opened();
      const first = await online(given);
      gate.reset();
      await lost(first, PATIENCE_MS);
      const second = await online(given);
      expect(second.end).toBeUndefined();
    });

    it('releases everything when unsubscribed while it connects', async () => {
      gate.hang();
      const source = watch();
      await source.until('a connection', () => gate.open > 0, PATIENCE_MS);
      await stopsInSilence(source);
    });

    it('releases everything when unsubscribed while it runs', async () => {
      const source = await online();
      expect(gate.open).toBeGreaterThan(0);
      await stopsInSilence(source);
    });

    it('releases everything when unsubscribed while the device hangs', async () => {
      const source = await online();
      gate.hang();
      await stopsInSilence(source);
    });

    it('leaves nothing behind after being opened and closed many times', async () => {
      for (let turn = 0; turn < 5; turn++) {
        const source = await online();
        await stopsInSilence(source);
      }
      for (let turn = 0; turn < 20; turn++) watch().stop();
      const last = await online();
      await stopsInSilence(last);
    });

    it('keeps two sources of one device apart, and one goes on when the other stops', async () => {
      const half = Math.floor(target.points.length / 2);
      const [left, right] = [target.points.slice(0, half), target.points.slice(half)];
      const share = shareRegistry();
      const first = await online({ ...opened(left), share, source: 'left' });
      const second = await online({ ...opened(right), share, source: 'right' });
      first.stop();
      await goesOn(second);
      expect([...first.latest.keys()].toSorted()).toEqual(left.map(({ id }) => id).toSorted());
      expect([...second.latest.keys()].toSorted()).toEqual(right.map(({ id }) => id).toSorted());
      await stopsInSilence(second);
    });

    it('keeps two sources of two devices apart, and one goes on when the other is lost', async () => {
      const other = await WireGate.open(target.device);
      const share = shareRegistry();
      const first = await online({ ...opened(), share, source: 'left' });
      const second = await online({ ...opened(target.points, other), share, source: 'right' });
      gate.reset();
      await lost(first, PATIENCE_MS);
      await goesOn(second);
      second.stop();
      await other.close();
    });

    async function goesOn(source: WatchedSource): Promise<void> {
      const heard = source.signals.length;
      await source.until('more signals', () => source.signals.length >= heard + 2, PATIENCE_MS);
      expect(source.end).toBeUndefined();
    }

    async function stopsInSilence(source: WatchedSource): Promise<void> {
      source.stop();
      const said = source.signals.length;
      await released(source);
      expect(source.signals.length).toBe(said);
      expect(source.end).toBeUndefined();
    }
  });
}

const isOnline = (signal: { readonly type: string }): boolean =>
  signal.type === 'status' && 'state' in signal && signal.state === 'online';
