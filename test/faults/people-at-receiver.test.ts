import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { systemClock } from '#agent/model/clock.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { startSite } from '#agent/site.ts';
import { loadSite } from '#config/load-site.ts';
import { drivers } from '#drivers/registry.ts';
import { deviceNames } from '#simulators/device/fault-menus.ts';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { startSimulators } from '#simulators/start-simulators.ts';

const DEVICES = ['locating', 'camera-compressor', 'camera-tank-farm', 'ai-box', 'permits', 'modbus'] as const;
const PATIENCE_MS = 150_000;

const demanded = [
  'tank-farm.over-limit/state',
  'tank-farm.sos/state',
  'compressor-house.intruder/state',
  'compressor-house.motionless/state',
  'compressor-house.fall/state',
  'camera-compressor.sees/state',
  'compressor-house.permit-violation/state',
];

/** The demo site on what concerns people, delivering to a receiver; every message that reaches it, as it came. */
async function watched() {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-people-'));
  const simulators = await startSimulators({ devices: DEVICES, scenario: 'steady' });
  const payloads: Buffer[] = [];
  const receiver = await startReceiver({
    embeddedBroker: { port: 0 },
    topicPrefix: 'firewatch',
    directory: join(directory, 'received'),
    refuse: (topic, payload) => {
      // Pictures are asked for here, and are compared by their digest; all else is read.
      if (!topic.endsWith('/evidence')) payloads.push(Buffer.from(topic), payload);
      return undefined;
    },
  });
  const nowhere = Object.fromEntries(deviceNames.map((name) => [name, '127.0.0.1:1']));
  const file = copyDemoSite(join(directory, 'site'), {
    endpoints: { ...nowhere, opcua: 'opc.tcp://127.0.0.1:1', ...simulators.endpoints },
    receiver: `mqtt://127.0.0.1:${receiver.port}`,
  });
  // One of the welders is not qualified: what is told of him must not name him.
  const work = join(directory, 'site', 'special-work.yaml');
  const unqualified = '    qualifications: [{ person: E006, works: [hot-work], until: "2020-01-01T00:00:00Z" }]\n';
  writeFileSync(work, readFileSync(work, 'utf8') + unqualified);
  const loaded = loadSite(file, { kinds: drivers, env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(({ what }) => what).join('\n'));
  const isRunning = ({ id }: { readonly id: string }): boolean =>
    DEVICES.some((name) => name === id) || id === 'tank-farm-plc';
  const asksForPictures = { clips: false, maxBytes: 5e6, bytesPerMinute: 50e6 };
  const config = {
    ...loaded.config,
    sources: loaded.config.sources.filter(isRunning),
    receivers: loaded.config.receivers.map((one) => ({ ...one, evidence: asksForPictures })),
  };
  const site = startSite({ config, drivers, clock: systemClock, tell: () => {} });
  const stop = async (): Promise<void> => {
    await site.stop(20_000);
    await receiver.stop();
  };
  onTestFinished(async () => {
    await stop();
    await simulators.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  const arrived = (): string => readFileSync(join(directory, 'received', 'arrivals.ndjson'), 'utf8');
  const roster = readFileSync(join(directory, 'site', 'roster.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const people = roster.map((line) => line.split(',')).map(([id = '', name = '', , , tag = '']) => ({ id, name, tag }));
  return { simulators, receiver, site, stop, arrived, people, payloads };
}

it('people, video and permits raise their alarms with evidence at the receiver, and nobody can be told from it', async () => {
  const { simulators, receiver, site, stop, arrived, people, payloads } = await watched();
  const raised = (): readonly string[] =>
    receiver.report().alarms.flatMap(({ event, alarm }) => (event === 'raised' ? [alarm] : []));
  const until = async (isTrue: () => boolean, what: () => unknown): Promise<void> => {
    const deadline = performance.now() + PATIENCE_MS;
    while (!isTrue()) {
      if (performance.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(what())}`);
      await delay(100);
    }
  };
  const sees = (): boolean =>
    site.cameras().every(({ health }) => health.some(({ part, value }) => part === 'sees' && value === true));
  await until(sees, () => site.cameras());

  simulators.set({ 'crew.tank-farm': 12, 'crew.intruder': 1, 'crew.fall': 1, 'hot-work.compressor-house': 2 });
  await until(
    () => raised().includes('tank-farm.over-limit/state'),
    () => raised(),
  );
  simulators.set({ 'crew.sos': 1 });
  await simulators.fault({ device: 'camera-compressor', fault: { kind: 'covered' } });
  await until(
    () => demanded.every((alarm) => raised().includes(alarm)),
    () => demanded.filter((alarm) => !raised().includes(alarm)),
  );
  await until(
    () => ['camera-blind', 'unqualified'].every((violation) => arrived().includes(`"violation":"${violation}"`)),
    () => arrived().match(/"violation":"[^"]+"/g),
  );
  const seen = (point: string): Sample | undefined => site.latest(pointId(point));
  await until(
    () => Number(seen('camera-compressor.people')?.value) > 0 && seen('camera-compressor.fallen')?.value === true,
    () => [seen('camera-compressor.people'), seen('camera-compressor.fallen')],
  );
  expect(seen('camera-compressor.people')?.flags).toBe(Flag.sim);
  const pictures = () => receiver.report().evidence;
  await until(() => pictures().filter(({ state }) => state === 'verified').length >= 5, pictures);
  await stop();

  expect(pictures().filter(({ state, sim }) => !['verified', 'partial'].includes(state) || !sim)).toEqual([]);
  const text = arrived() + payloads.map((payload) => payload.toString('utf8')).join('\n');
  const stored = arrived()
    .split('\n')
    .filter((line) => line.includes('"evidence.stored"'));
  for (const alarm of ['tank-farm.over-limit/state', 'compressor-house.intruder/state', 'compressor-house.fall/state'])
    expect(stored.some((line) => line.includes(alarm) && /"sha256":"[0-9a-f]{64}"/.test(line))).toBe(true);
  expect(receiver.report()).toMatchObject({ invalid: 0, gaps: 0 });
  expect(receiver.report().simulated).toBe(receiver.report().verified);

  expect(people.length).toBe(16);
  const told = people.flatMap(({ id, name, tag }) =>
    [
      new RegExp(`(?<![A-Za-z0-9])${id}(?![A-Za-z0-9])`),
      new RegExp(name),
      new RegExp(tag),
      new RegExp(BigInt(tag).toString(16), 'i'),
    ].flatMap((what) => what.exec(text)?.[0] ?? []),
  );
  expect(told).toEqual([]);
  // A digest of a picture has eleven digits in a row now and then.
  const withoutDigests = text.replaceAll(/\b[0-9a-f]{64}\b/g, '');
  expect(/(?<![\d.])1[3-9]\d{9}(?!\d)/.exec(withoutDigests)?.[0]).toBeUndefined();
  // Whom it concerns is told by pseudonym, so that the same person can be followed.
  expect(text).toMatch(/"person":"[\w-]{16}"/);
}, 400_000);
