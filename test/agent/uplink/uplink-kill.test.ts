import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import { startMosquitto, until } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const KILLS = 4;

it('loses nothing that the journal had, and doubles nothing, through kill -9 of the agent at any moment', async () => {
  const mosquitto = await startMosquitto();
  cleanups.push(() => mosquitto.stop());
  const receiver = await startReceiver({ url: mosquitto.url, topicPrefix: 'firewatch' });
  cleanups.push(() => receiver.stop());
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-kill-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const agent = (mode: 'write' | 'drain'): { child: ChildProcess; lines: AsyncIterator<string> } => {
    const script = new URL('agent-process.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [script, directory, mosquitto.url, mode], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill('SIGKILL'));
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };

  let committed = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const { child, lines } = agent('write');
    // A different number of records each time, so that it dies at different places.
    for (let count = 0; count < 15 + 7 * kill; count += 1) {
      const line = await lines.next();
      committed = (JSON.parse(line.value) as { head: number }).head;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  const { lines } = agent('drain');
  const line = await lines.next();
  const { drained } = JSON.parse(line.value) as { drained: { alarm: number; sample: number; gap: number } };
  expect(drained.alarm).toBeGreaterThanOrEqual(committed);
  // The broker has it all by now; it may still be passing on the last of it.
  await until(() => receiver.missing(drained).length === 0, receiver.report);
  const report = receiver.report();
  expect(report).toMatchObject({ invalid: 0, gaps: 0 });
  expect(report.perStream.alarm).toMatchObject({ records: drained.alarm, outOfOrder: 0 });
  expect(report.perStream.alarm?.skipped).toEqual({ expired: 0, filtered: 0, quarantined: 0 });
});
