import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openJournal, type Journal, type JournalOptions } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import type { Draft } from '#agent/model/record.ts';

export { samplesAt } from './sample-fixture.ts';

/** A clock that stands still until moved; wall and monotonic time move apart with `step`. */
export class FakeClock implements Clock {
  #now = 1_790_000_000_000;
  #monotonic = 5000;
  readonly now = (): number => this.#now;
  readonly monotonic = (): number => this.#monotonic;

  pass(ms: number): void {
    this.#now += ms;
    this.#monotonic += ms;
  }

  step(ms: number): void {
    this.#now += ms;
  }
}

/** In memory where there is such a place: an fsync on a busy machine's disk would be what the tests wait for. */
const base = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(base, 'firewatch-journal-'));
  onTestFinished(() => {
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

const HOUR = 3_600_000;

export function open(directory: string, clock: Clock, options: Partial<JournalOptions> = {}): Journal {
  const journal = openJournal({
    directory,
    site: siteId('test-site'),
    clock,
    maxAgeMs: 24 * HOUR,
    maxBytes: 1e9,
    sampleCommitMs: HOUR,
    reserveBytes: 256 * 1024,
    ...options,
  });
  onTestFinished(() => {
    journal.close();
  });
  return journal;
}

export const event = (text: string, time = 1): Draft => ({
  stream: 'event',
  body: { time, kind: 'test.event', text, flags: 0 },
});
