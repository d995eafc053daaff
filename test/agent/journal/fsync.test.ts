import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openConnection } from '#agent/journal/connection.ts';
import { temporaryDirectory } from './journal-fixture.ts';

const child = new URL('./fsync-child.ts', import.meta.url).pathname;
const tracer = 'strace';
const canTrace = spawnSync(tracer, ['-e', 'trace=none', 'true']).status === 0;

/** How often a process that makes so many commits asks the kernel to put a file on the disk. */
function syncs(durableCommits: number, sampleCommits: number): number {
  const directory = temporaryDirectory();
  const trace = join(temporaryDirectory(), 'trace');
  const args = [child, directory, String(durableCommits), String(sampleCommits)];
  spawnSync(tracer, ['-f', '-e', 'trace=fsync,fdatasync', '-o', trace, process.execPath, ...args]);
  return readFileSync(trace, 'utf8').match(/f(data)?sync\(/g)?.length ?? 0;
}

describe('durability', () => {
  it.runIf(canTrace)(
    'asks the kernel for every alarm, and not for samples',
    () => {
      const base = syncs(10, 10);
      expect(base).toBeGreaterThan(10);
      const moreAlarms = syncs(40, 10);
      expect(moreAlarms - base).toBeGreaterThanOrEqual(30);
      const moreSamples = syncs(10, 40);
      expect(moreSamples - base).toBeLessThan(10);
    },
    60_000,
  );

  it('has one connection that waits for the disk and one that does not', () => {
    const file = join(temporaryDirectory(), 'some.sqlite');
    for (const [durability, level] of [
      ['durable', 2],
      ['batched', 1],
    ] as const) {
      const connection = openConnection(file, durability, 100);
      expect(connection.pragma('synchronous', { simple: true })).toBe(level);
      expect(connection.pragma('journal_mode', { simple: true })).toBe('wal');
      connection.close();
    }
  });
});
