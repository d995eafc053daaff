import { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { command } from '#agent/cli/journal.ts';
import type { JournalStatus } from '#agent/journal/status.ts';
import type { Verdict } from '#agent/journal/verify.ts';
import { receiverId } from '#agent/model/ids.ts';
import { event, FakeClock, open, samplesAt, temporaryDirectory } from './journal-fixture.ts';

/** What the command prints; the exit status is left in process.exitCode. */
async function run(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((text: string) => {
    printed.push(text);
  });
  const program = new Command('firewatch').exitOverride();
  command(program);
  await program.parseAsync(['journal', ...args], { from: 'user' });
  spy.mockRestore();
  return printed.join('\n');
}

afterEach(() => {
  process.exitCode = 0;
});

function running(): string {
  const directory = temporaryDirectory();
  const clock = new FakeClock();
  const journal = open(directory, clock);
  journal.setCursors(receiverId('park'), new Map([['alarm', '1']]));
  for (let i = 0; i < 30; i++) {
    clock.pass(1000);
    journal.commit([event(`e${i}`)]);
    journal.appendSamples(samplesAt(clock.now(), 100));
    journal.flush();
  }
  return directory;
}

describe('firewatch journal, beside a running agent', () => {
  it('tells the status for people and for scripts', async () => {
    const directory = running();
    const text = await run('status', directory, '--drain-rate', '10000');
    expect(text).toMatch(/^event +records 1 to 30$/m);
    expect(text).toMatch(/^samples 3000, 10\d a second, [\d.]+ bytes each$/m);
    expect(text).toMatch(/^receiver park: alarm 1$/m);
    expect(text).toMatch(/^drain +0\.00 hours/m);
    const status = JSON.parse(await run('status', directory, '--json')) as JournalStatus;
    expect(status).toMatchObject({
      samples: 3000,
      streams: { event: { head: 30, tail: 1 } },
      cursors: { park: { alarm: '1' } },
    });
  });

  it('verifies with exit status 0 when sound', async () => {
    const directory = running();
    expect(await run('verify', directory)).toMatch(/sound: everything is as it was written/);
    expect(process.exitCode).toBe(0);
    const verdict = JSON.parse(await run('verify', directory, '--json')) as Verdict;
    expect(verdict).toMatchObject({ isSound: true, samples: 3000 });
  });

  it('exports who did what, each line with its link of the chain, and no formula for a spreadsheet', async () => {
    const directory = temporaryDirectory();
    const clock = new FakeClock();
    const journal = open(directory, clock);
    const enter = (who: string): void => {
      const entry = { time: clock.now(), who, action: 'alarm.shelve', what: 'T/H', detail: { forMs: 60_000 } };
      journal.commit([{ stream: 'audit', body: entry }]);
    };
    enter('Li');
    enter('=HYPERLINK("http://x")');
    const csv = join(temporaryDirectory(), 'audit.csv');
    const jsonl = join(temporaryDirectory(), 'audit.jsonl');
    expect(await run('export', directory, csv, '--audit')).toBe(`${csv}: 2 entries`);
    expect(await run('export', directory, jsonl, '--audit')).toBe(`${jsonl}: 2 entries`);
    const lines = readFileSync(csv, 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('seq,recorded,time,who,action,what,detail,chain');
    expect(lines[1]).toMatch(/^1,[^,]+Z,[^,]+Z,"Li","alarm.shelve","T\/H","{""forMs"":60000}",[0-9a-f]{64}$/);
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://x"")"`);
    const { streams } = JSON.parse(await run('verify', directory, '--json')) as Verdict;
    const last = readFileSync(jsonl, 'utf8').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ seq: 2, who: '=HYPERLINK("http://x")', chain: streams.audit.chainEnd });
    await run('export', directory, jsonl);
    expect(process.exitCode).toBe(2);
  });

  it('exports a time range of some points, and backs up', async () => {
    const directory = running();
    const csv = join(temporaryDirectory(), 'out.csv');
    expect(await run('export', directory, csv, '--points', 'P-3', 'P-4')).toBe(`${csv}: 60 samples`);
    expect(readFileSync(csv, 'utf8').trim().split('\n')).toHaveLength(61);
    const sqlite = join(temporaryDirectory(), 'out.sqlite');
    expect(await run('export', directory, sqlite, '--to', '2000-01-01T00:00:00Z')).toMatch(/: 0 samples, 0 records$/);
    const backup = join(temporaryDirectory(), 'backup.sqlite');
    await run('backup', directory, backup);
    expect(existsSync(backup)).toBe(true);
  });

  it('says what is wrong with a directory that holds no journal', async () => {
    await expect(run('status', '/nowhere')).rejects.toThrow(/there is no journal.sqlite/);
  });
});
