import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { FileDropOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { createFileEndpoint } from '#simulators/receiver/file-endpoint.ts';
import { createLedger } from '#simulators/receiver/ledger.ts';
import { createMessageCheck, type Delivered } from '#simulators/receiver/message-check.ts';
import { fileDropOptions, receiverOptions, runUplink, type RunningUplink } from './harness.ts';
import { memoryJournal, samples, simulatedSamples } from './memory-journal.ts';
import { until } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A directory between two networks, and the platform that gets what is carried over. */
function gatekeeper() {
  const root = mkdtempSync(join(tmpdir(), 'firewatch-drop-'));
  cleanups.push(() => rmSync(root, { recursive: true, force: true }));
  const directory = join(root, 'out');
  mkdirSync(directory);
  const check = createMessageCheck({ keys: { k1: key } });
  const ledgers = { alarm: createLedger(), sample: createLedger(), gap: createLedger() };
  const faults: string[] = [];
  const presence: string[] = [];
  const take = (delivered: Delivered): void => {
    const checked = check(delivered);
    if (checked.type === 'invalid') faults.push(checked.why);
    if (checked.type === 'presence') presence.push(checked.message.state);
    if (checked.type === 'stream') ledgers[checked.message.stream as keyof typeof ledgers].enter(checked.message);
  };
  const endpoint = createFileEndpoint(directory, take);
  return { directory, endpoint, ledgers, faults, presence };
}

const key = '00112233445566778899aabbccddeeff';

const receiver = (directory: string, changes: Partial<FileDropOptions> = {}): ReceiverOptions => ({
  ...receiverOptions('mqtt://none'),
  transport: fileDropOptions(directory, changes),
});

function uplink(...parts: Parameters<typeof runUplink>): RunningUplink {
  const running = runUplink(...parts);
  cleanups.push(running.close);
  return running;
}

const isDrained = (running: RunningUplink): boolean =>
  running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false;

describe('uplink by files', () => {
  it('puts every message into numbered files that their manifests vouch for', async () => {
    const { directory, endpoint, ledgers, faults, presence } = gatekeeper();
    const journal = memoryJournal();
    for (let count = 0; count < 30; count += 1) journal.addAlarm(Date.now());
    for (let count = 0; count < 30; count += 1) journal.addSamples(Date.now(), samples(Date.now(), 100));
    journal.addSamples(Date.now(), simulatedSamples(Date.now(), 5));
    const running = uplink(journal, receiver(directory));
    await until(() => isDrained(running), running.latest);
    running.close();
    await until(() => {
      endpoint.collect();
      return presence.includes('stopped');
    }, running.latest);
    expect([...faults, ...endpoint.faults]).toEqual([]);
    expect(ledgers.alarm.missing(30)).toEqual([]);
    expect(ledgers.sample.missing(31)).toEqual([]);
    expect(presence).toEqual(['online', 'stopped']);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('carries seal and compression', async () => {
    const { directory, endpoint, ledgers, faults } = gatekeeper();
    const journal = memoryJournal();
    journal.addSamples(Date.now(), samples(Date.now(), 900));
    const seal = {
      encrypt: { algorithm: 'SM4-GCM', keyId: 'k1', key: { reveal: () => key } },
      sign: { algorithm: 'HMAC-SM3', keyId: 'k1', key: { reveal: () => key } },
    } as const;
    const running = uplink(journal, { ...receiver(directory), wire: 'compact', seal });
    await until(() => isDrained(running), running.latest);
    endpoint.collect();
    expect([...faults, ...endpoint.faults]).toEqual([]);
    expect(ledgers.sample.missing(1)).toEqual([]);
  });

  it('stops at the bound when nobody takes files away, says so, keeps room for alarms, and goes on', async () => {
    const { directory, endpoint, ledgers, faults } = gatekeeper();
    const journal = memoryJournal();
    const directoryBytes = 120_000;
    const running = uplink(journal, receiver(directory, { directoryBytes }));
    for (let count = 0; count < 60; count += 1) journal.addSamples(Date.now(), samples(Date.now(), 100));
    const held = (): string => running.latest()?.reason ?? '';
    await until(() => /nobody has taken away/.test(held()), running.latest);
    journal.addAlarm(Date.now());
    await until(
      () => running.latest()?.lanes.find(({ stream }) => stream === 'alarm')?.lagRecords === 0,
      running.latest,
    );
    const bytes = readdirSync(directory).reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(bytes).toBeLessThanOrEqual(directoryBytes);
    expect(isDrained(running)).toBe(false);
    await until(() => {
      endpoint.collect();
      return isDrained(running);
    }, running.latest);
    endpoint.collect();
    expect([...faults, ...endpoint.faults]).toEqual([]);
    expect(ledgers.sample.missing(60)).toEqual([]);
    expect(ledgers.alarm.missing(1)).toEqual([]);
  });

  it('waits for a directory that is not mounted, and makes none in its place', async () => {
    const { directory, endpoint, ledgers } = gatekeeper();
    rmSync(directory, { recursive: true });
    const journal = memoryJournal();
    journal.addAlarm(Date.now());
    const running = uplink(journal, receiver(directory));
    await until(() => /mount it or create it/.test(running.latest()?.reason ?? ''), running.latest);
    mkdirSync(directory);
    await until(() => isDrained(running), running.latest);
    endpoint.collect();
    expect(ledgers.alarm.missing(1)).toEqual([]);
  });

  it('leaves no hole in numbers and records through kill -9 of the agent at any moment', async () => {
    const { directory, endpoint, ledgers, faults } = gatekeeper();
    const journal = mkdtempSync(join(tmpdir(), 'firewatch-drop-kill-'));
    cleanups.push(() => rmSync(journal, { recursive: true, force: true }));
    const script = join(import.meta.dirname, 'agent-process.ts');
    const agent = (mode: 'write' | 'drain'): ChildProcess => {
      const child = spawn(process.execPath, [script, journal, pathToFileURL(directory).href, mode], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      cleanups.push(() => child.kill('SIGKILL'));
      return child;
    };
    for (let kill = 0; kill < 4; kill += 1) {
      const child = agent('write');
      let lines = 0;
      for await (const _line of createInterface({ input: child.stdout ?? process.stdin })) {
        lines += 1;
        if (lines >= 20 + 9 * kill) break;
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      endpoint.collect();
    }
    const last = agent('drain');
    let heads: { alarm: number; sample: number } | undefined;
    for await (const line of createInterface({ input: last.stdout ?? process.stdin })) {
      heads = (JSON.parse(line) as { drained: typeof heads }).drained;
    }
    endpoint.collect();
    expect([...faults, ...endpoint.faults]).toEqual([]);
    expect(heads?.alarm).toBeGreaterThan(80);
    expect(ledgers.alarm.missing(heads?.alarm ?? 0)).toEqual([]);
    expect(ledgers.sample.missing(heads?.sample ?? 0)).toEqual([]);
  });
});
