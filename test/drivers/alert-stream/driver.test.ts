import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Sample } from '#agent/model/sample.ts';
import { pointId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import { AlertBook } from '#drivers/alert-stream/alert-book.ts';
import { alertStream } from '#drivers/alert-stream/driver.ts';
import type { Driver, SourceError } from '#drivers/driver.ts';
import { alertFaultSchema, AlertSimulator, type AlertSimulatorOptions } from '#simulators/camera/alert-simulator.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';

const addresses = [
  'event:fire',
  'event:fire/2',
  'event:no-helmet',
  'event:video-loss',
  'event:unguarded-unloading',
  'event:absent-from-post',
  'health:refused',
  'health:clock-offset',
  'health:unknown-types',
];

async function rig(options: AlertSimulatorOptions = {}) {
  const box = new AlertSimulator({ everyMs: 50, ...options });
  await box.start();
  const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-alerts-'));
  const [host = '', port] = box.endpoint.split(':');
  const driver = alertStream as Driver;
  const opened: WatchedSource[] = [];
  onTestFinished(async () => {
    for (const source of opened) source.stop();
    await box.stop();
    rmSync(stateDir, { recursive: true, force: true });
  });
  const open = (password = 'simulated', silence = '20s'): WatchedSource => {
    const source = new WatchedSource({
      driver,
      options: driver.schema.parse({
        host,
        port: Number(port),
        user: 'viewer',
        password: holdSecret('${env:BOX}', () => password),
        eventTypes: { oilUnload: 'unguarded-unloading' },
        hold: '10s',
        interval: '100ms',
        silence,
        maxPart: 100_000,
      }),
      points: addresses.map((address) => ({
        id: pointId(address),
        kind: 'state',
        address: driver.address.parse(address),
      })),
      stateDir,
    });
    opened.push(source);
    return source;
  };
  return { box, open };
}

const shown = (source: WatchedSource, address: string) => source.latest.get(pointId(address))?.value;

describe('a stream of alerts', { timeout: 180_000 }, () => {
  it.each([
    { format: 'xml' },
    { format: 'json' },
    { format: 'xml', leavesOutLength: true, withPictures: true },
    { format: 'json', withPictures: true },
  ] as const)('raises what is active on its channel and ends it: %j', async (options) => {
    const { box, open } = await rig(options);
    const source = open();
    await source.until('the beginning', () => shown(source, 'event:fire') === false, 60_000);
    box.show('fireDetection', true, 2);
    box.show('safetyHelmetDetection', true, 1);
    box.show('oilUnload', true, 1);
    await source.until(
      'three',
      () =>
        ['event:fire/2', 'event:no-helmet', 'event:unguarded-unloading'].every((one) => shown(source, one) === true),
      60_000,
    );
    expect(shown(source, 'event:absent-from-post')).toBe(false);
    box.show('fireDetection', false, 2);
    await source.until(
      'its end',
      () => shown(source, 'event:fire') === false && shown(source, 'event:fire/2') === false,
      60_000,
    );
    expect(shown(source, 'event:no-helmet')).toBe(true);
  });

  it('when idle says nothing but that it is alive', async () => {
    const { open } = await rig();
    const source = open();
    await source.until(
      'signs of life',
      () => source.signals.filter(({ type }) => type === 'status').length > 10,
      60_000,
    );
    const told = source.samples.filter(({ point }) => point === 'event:video-loss');
    expect(told.map(({ value }) => value)).toEqual([false]);
  });

  it('ends an alert that is no longer repeated', () => {
    const point = { id: pointId('fire'), kind: 'state', address: alertStream.address.parse('event:fire') };
    const book = new AlertBook([point], {}, 15_000);
    const alert = { type: 'firedetection', isActive: true, channel: '1', time: undefined };
    const values = (samples: readonly Sample[]) => samples.map(({ value }) => value);
    expect(values(book.take(alert, 0, 0).samples)).toEqual([true]);
    expect(values(book.take(alert, 0, 10_000).samples)).toEqual([]);
    expect(values(book.expire(0, 20_000))).toEqual([]);
    expect(values(book.expire(0, 25_000))).toEqual([false]);
  });

  it('tells how far the clock of the device is off', async () => {
    const { box, open } = await rig();
    const source = open();
    await box.fault({ kind: 'clock-jump', offsetMs: -3_600_000 });
    await source.until('the clock', () => Math.abs(Number(shown(source, 'health:clock-offset')) + 3_600) < 3, 60_000);
  });

  it('goes on after nonsense, which is counted, and tells each unknown type once', async () => {
    const { box, open } = await rig();
    const source = open();
    await source.until('the beginning', () => shown(source, 'health:refused') === 0, 60_000);
    await box.fault({ kind: 'nonsense' });
    await source.until('refusals', () => Number(shown(source, 'health:refused')) > 10, 60_000);
    box.show('hoverCraft', true);
    await source.until('the unknown', () => shown(source, 'health:unknown-types') === 1, 60_000);
    expect(source.signals.filter(({ type }) => type === 'event')).toHaveLength(1);
    box.show('fireDetection', true);
    await source.until('fire', () => shown(source, 'event:fire') === true, 60_000);
  });

  it.each(['silent', 'endless-part'] as const)('that is %s is lost', async (kind) => {
    const { box, open } = await rig();
    const source = open('simulated', '1s');
    await source.until('the beginning', () => shown(source, 'event:fire') === false, 60_000);
    await box.fault(alertFaultSchema.parse({ kind }));
    await source.until('the end', () => source.end !== undefined, 60_000);
  });

  it('is logged in to twice with a wrong password, then not for half an hour', async () => {
    const { box, open } = await rig();
    const pauses: number[] = [];
    for (let life = 0; life < 4; life++) {
      const source = open('wrong');
      await source.until('the end', () => source.end !== undefined, 60_000);
      pauses.push((source.end as { error: SourceError }).error.retryAfterMs);
    }
    expect(box.login.refused).toBe(2);
    expect(pauses.slice(1).every((pause) => pause > 29 * 60_000)).toBe(true);
    const source = open('simulated');
    await source.until('the beginning', () => shown(source, 'event:fire') === false, 60_000);
  });
});
