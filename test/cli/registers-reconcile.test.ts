import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { command } from '#agent/cli/registers.ts';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { receiverId, siteId } from '#agent/model/ids.ts';
import { siteFolder } from '../config/site-folder.ts';

const has = { stream: 'register', has: { seq: 1, digest: 'd', at: 1_790_000_000_000, isConfirmed: true } };
const entries = {
  'item:unit/U-1': has,
  'item:unit/U-2': has,
  'item:event/E-1': { stream: 'register', lacks: { seq: 2, why: 'refused', reason: '编码不正确', at: 1 } },
  'item:measure/M-1': {
    stream: 'register',
    lacks: { seq: 3, why: 'held', reason: 'its parent event/E-1 was not taken', parent: 'event/E-1', at: 1 },
  },
};

function journal(): string {
  const directory = join(siteFolder({}), 'data');
  const opened = openJournal({
    directory,
    site: siteId('demo'),
    clock: systemClock,
    maxAgeMs: 1e9,
    maxBytes: 1e8,
    sampleCommitMs: 100,
  });
  opened.setCursors(
    receiverId('province'),
    new Map(Object.entries(entries).map(([key, entry]) => [key, JSON.stringify(entry)])),
  );
  opened.close();
  return directory;
}

afterEach(() => {
  process.exitCode = 0;
});

/** What `firewatch registers reconcile …` prints. */
async function reconcile(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const spy = vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  try {
    const program = new Command('firewatch').exitOverride();
    command(program);
    await program.parseAsync(['registers', 'reconcile', ...args], { from: 'user' });
  } finally {
    spy.mockRestore();
  }
  return printed.join('\n');
}

describe('firewatch registers reconcile', () => {
  it('tells by record what the platform has and lacks, and exits 1 while it lacks anything', async () => {
    const stdout = await reconcile(journal(), 'province', '--all');
    expect(process.exitCode).toBe(1);
    expect(stdout).toContain('has     unit/U-1');
    expect(stdout).toContain('refused event/E-1  编码不正确');
    expect(stdout).toContain('held    measure/M-1  its parent event/E-1 was not taken');
    expect(stdout).toContain('the platform lacks 2 records');
  });

  it("finds in the platform's own list what it took and lost, and what was never sent", async () => {
    const directory = journal();
    const list = join(directory, 'list.csv');
    writeFileSync(list, 'message,id\nunit,U-1\nunit,U-9\n');
    const stdout = await reconcile(directory, 'province', '--against', list, '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      has: [{ message: 'unit', id: 'U-1' }],
      lacks: expect.arrayContaining([expect.objectContaining({ id: 'U-2', why: 'lost' })]) as unknown,
      unknown: [{ message: 'unit', id: 'U-9' }],
    });
    expect(await reconcile(directory, 'province', '--against', list)).toContain('firewatch journal resend');
  });

  it('says that it knows no such receiver', async () => {
    await expect(reconcile(journal(), 'park')).rejects.toThrow('the journal knows no receiver of this id');
  });
});
