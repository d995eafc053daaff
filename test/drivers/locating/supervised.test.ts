import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import { sourceId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { localSense } from '#drivers/local-sense/driver.ts';
import { Crowd } from '#simulators/locating/crowd.ts';
import { LocatingHub } from '#simulators/locating/hub.ts';
import { LocalSenseWire } from '#simulators/locating/local-sense-wire.ts';

const PATIENCE_MS = 15_000;

let hub: LocatingHub;

beforeEach(async () => {
  const crowd = new Crowd({ people: 3 });
  hub = new LocatingHub(crowd, new LocalSenseWire({ port: 0, plan: crowd.plan }), 50);
  await hub.start();
});
afterEach(() => hub.stop());

async function until(what: string, condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${PATIENCE_MS} ms`);
    await pause(20);
  }
}

it('a source without points tells its facts through resets and an outage of the hub, each with source and mark', async () => {
  const told: Ingested[] = [];
  const options = {
    url: `ws://${hub.endpoint}`,
    user: 'admin',
    password: holdSecret('${env:P}', () => 'x'),
    interval: '200ms',
  };
  const subscription = superviseSource({
    source: { id: sourceId('rtls'), kind: 'local-sense', name: 'RTLS', simulated: false },
    driver: localSense as Driver,
    options: localSense.schema.parse(options),
    points: [],
    addresses: new Map(),
    alarms: [],
    clock: systemClock,
    stateDir: '/nonexistent',
    share: shareRegistry(),
    limits: { backOff: { firstMs: 50, capMs: 200, floorMs: 20 } },
  }).subscribe((one) => told.push(one));
  const facts = (): readonly Fact[] => told.flatMap((one) => (one.type === 'facts' ? one.facts : []));
  const states = () => told.flatMap((one) => (one.type === 'status' ? [one.status.state] : []));
  try {
    await until('facts', () => facts().length >= 3);
    await hub.fault({ kind: 'reset' });
    await until('offline', () => states().includes('offline'));
    const seen = facts().length;
    await until('facts again', () => facts().length >= seen + 3);
    await hub.fault({ kind: 'gone' });
    await until('offline again', () => states().at(-1) === 'offline');
    const before = facts().length;
    await hub.clear();
    await until('facts after the outage', () => facts().length >= before + 3);
    expect(states().at(-1)).toBe('online');
    const marks = facts().map(({ source, flags }) => [source, flags & Flag.sim]);
    expect(marks).toEqual(marks.map(() => ['rtls', Flag.sim]));
    expect(told.filter(({ type }) => type === 'gap').length).toBeGreaterThanOrEqual(2);
  } finally {
    subscription.unsubscribe();
  }
});
