import { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { command } from '#agent/cli/journal.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { temporaryDirectory } from '../journal/journal-fixture.ts';
import { startReceiver, type Receiver } from '#simulators/receiver/receiver.ts';
import { receiverOptions, runUplink, site } from './harness.ts';
import { samples, transition } from './memory-journal.ts';
import { until } from './mosquitto.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** What `firewatch journal quarantine …` prints. */
async function quarantine(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  try {
    const program = new Command('firewatch').exitOverride();
    command(program);
    await program.parseAsync(['journal', 'quarantine', ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return printed.join('\n');
}

/** Does not like the second alarm and the first block of samples, as long as `isPicky`. */
async function pickyPlatform(): Promise<Receiver & { isPicky: boolean }> {
  const platform = { isPicky: true };
  const receiver = await startReceiver({
    topicPrefix: 'firewatch',
    embeddedBroker: { port: 0 },
    refuse: (topic, payload) => {
      const isDisliked = /"id":"h2o2-demo\/(alarm\/2|sample\/1)"/.test(payload.toString());
      return platform.isPicky && isDisliked && topic !== 'presence' ? 0x99 : undefined;
    },
  });
  cleanups.push(() => receiver.stop());
  return Object.assign(platform, receiver);
}

function agent(directory: string, port: number) {
  const journal = openJournal({
    directory,
    site: site.id,
    clock: systemClock,
    maxAgeMs: 86_400_000,
    maxBytes: 1e9,
    sampleCommitMs: 10,
  });
  const running = runUplink(journal, receiverOptions(`mqtt://127.0.0.1:${port}`), { tuning: { flushMs: 10 } });
  const stop = (): void => {
    running.close();
    journal.close();
  };
  return { journal, running, stop };
}

describe('firewatch journal quarantine', () => {
  it('lists and exports what a receiver would not take, and has it sent once more', async () => {
    const directory = temporaryDirectory();
    const platform = await pickyPlatform();
    const first = agent(directory, platform.port);
    cleanups.push(first.stop);
    for (let count = 0; count < 3; count += 1)
      first.journal.commit([{ stream: 'alarm', body: transition(Date.now()) }]);
    first.journal.appendSamples(samples(Date.now(), 7));
    await until(() => first.running.latest()?.quarantine.length === 2, first.running.latest);
    await until(
      () => first.running.latest()?.lanes.every(({ lagRecords }) => lagRecords === 0) ?? false,
      first.running.latest,
    );
    await expect(quarantine('release', directory, 'park')).rejects.toThrow(/stop that agent/);
    cleanups.pop()?.();

    const listed = JSON.parse(await quarantine('list', directory, '--json')) as object[];
    expect(listed).toHaveLength(2);
    expect(await quarantine('list', directory)).toMatch(/^park {2}alarm\/2 {2}\S+Z {2}.*0x99/m);
    const file = join(temporaryDirectory(), 'held.ndjson');
    expect(await quarantine('export', directory, file)).toBe(`${file}: 2 records`);
    const held = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { stream: string; record: { body: object } });
    expect(held.find(({ stream }) => stream === 'sample')?.record.body).toHaveLength(7);
    expect(held.find(({ stream }) => stream === 'alarm')?.record.body).toMatchObject({ kind: 'HH' });

    await expect(quarantine('release', directory, 'park', 'alarm/9')).rejects.toThrow(/0 of 1 found/);
    expect(await quarantine('release', directory, 'park')).toMatch(/2 released/);
    expect(await quarantine('list', directory)).toBe('nothing is in quarantine');
    platform.isPicky = false;
    const second = agent(directory, platform.port);
    cleanups.push(second.stop);
    await until(() => platform.report().alarms.length === 3 && platform.report().samples >= 7, platform.report);
    expect(platform.report()).toMatchObject({ invalid: 0, gaps: 0 });
  });
});
