import { afterEach, describe, expect, it } from 'vitest';
import { pointId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { NONE_SKIPPED } from '#agent/uplink/coverage.ts';
import { compact } from '#agent/uplink/profiles/compact.ts';
import { firewatchJson } from '#agent/uplink/profiles/firewatch-json.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, site } from './harness.ts';
import { memoryJournal } from './memory-journal.ts';
import { startMosquitto, until } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const START = 1_790_000_000_000;

const point = (id: string): Point => ({
  id: pointId(id),
  source: sourceId('dcs'),
  kind: 'temperature',
  name: id,
  unit: '°C',
  staleAfterMs: 10_000,
  safetyRole: 'none',
  range: { low: 0, high: 200 },
});

const points = Array.from({ length: 750 }, (_, index) => point(`T-${100 + index}.temperature`));

/** A scan of every point: two decimals, as transmitters of four or five digits give them. */
const scan = (time: number): Sample[] =>
  points.map(({ id }, index) => ({
    point: id,
    value: Math.round(100 * (20 + ((index * 7919 + (time % 9973)) % 8000) / 100)) / 100,
    quality: GOOD,
    sourceTime: time + 10 * Math.floor(index / 50),
    receiveTime: time + 20 + 10 * Math.floor(index / 50),
    flags: 0,
  }));

const step = {
  stream: 'sample',
  span: { after: 0, seq: 1 },
  skipped: NONE_SKIPPED,
  record: { stream: 'sample', seq: 1, time: START, body: scan(START) },
} as const;

describe('compact messages', () => {
  it('take no more than 4 bytes a sample', () => {
    const [message] = compact(firewatchJson(site, points)).encode(step, 'live', { wanted: 65_536, allowed: Infinity });
    expect(message?.encoding).toBe('zstd');
    expect((message?.payload.length ?? Infinity) / points.length).toBeLessThanOrEqual(4);
  });

  it('keep to the size that the receiver takes', () => {
    const messages = compact(firewatchJson(site, points)).encode(step, 'live', { wanted: 1_000, allowed: Infinity });
    expect(messages.length).toBeGreaterThan(1);
    expect(messages.every((message) => message.payload.length <= 1_000)).toBe(true);
    expect(messages.reduce((sum, message) => sum + message.samples, 0)).toBe(points.length);
  });

  it('are understood by a receiver that comes later, since the broker keeps the catalog', async () => {
    const mosquitto = await startMosquitto();
    cleanups.push(() => mosquitto.stop());
    const journal = memoryJournal();
    const options = { ...receiverOptions(mosquitto.url), wire: 'compact' } as const;
    const running = runUplink(journal, options, { points });
    cleanups.push(running.close);
    await until(() => running.latest()?.state === 'connected', running.latest);
    const receiver = await startReceiver({ url: mosquitto.url, topicPrefix: 'firewatch' });
    cleanups.push(() => receiver.stop());
    journal.addSamples(Date.now(), scan(START));
    const stranger = { ...scan(START)[0], point: pointId('new.point') } as Sample;
    journal.addSamples(Date.now(), [stranger, ...scan(START)]);
    journal.addAlarm(Date.now());
    await until(
      () => receiver.missing(journal.heads()).length === 0,
      () => [running.latest(), receiver.report()],
    );
    expect(receiver.report()).toMatchObject({ records: 3, samples: 1501, invalid: 0, faults: [] });
  });
});
