import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDrainedLine } from '../line/drained-line.ts';
import { BATCHES_PER_SECOND, VALUES_PER_SECOND, type Data, type SiteData } from './data.ts';
import { tellEvery } from './progress.ts';

/** What a site has read while nobody took it. Kept beside the journal. */
export interface Backlog {
  readonly kind: Data;
  readonly hours: number;
  /** UTC ms of the first batch. */
  readonly start: number;
  /** Records, each of one batch: the first sequence numbers of the journal. */
  readonly records: number;
  readonly samples: number;
  readonly diskBytesPerSample: number;
  /** While it was filled; what was filled before an interruption is not counted. */
  readonly filledPerSecond: number;
}

export const journalIn = (directory: string): string => join(directory, 'journal');

/**
 * So many hours of samples in a journal, by a simulated clock, each batch committed as it is at a site. Goes on where it
 * was interrupted.
 */
export function fillBacklog(directory: string, asked: { kind: Data; hours: number }, data: SiteData): Backlog {
  const file = join(directory, 'outage.json');
  mkdirSync(directory, { recursive: true });
  const seconds = Math.round(asked.hours * 3600);
  const records = seconds * BATCHES_PER_SECOND;
  const begun: typeof asked & { start: number } = existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as Backlog)
    : { ...asked, start: Date.now() - seconds * 1000 };
  if (begun.kind !== asked.kind || begun.hours !== asked.hours) {
    throw new Error(
      `${directory} holds ${begun.hours} h of ${begun.kind}, not ${asked.hours} h of ${asked.kind}: name another directory`,
    );
  }
  writeFileSync(file, JSON.stringify(begun));
  const { start } = begun;
  const first = openDrainedLine(data.scans, { directory: journalIn(directory), from: start });
  const head = first.journal.head('sample');
  first.close();
  const line = openDrainedLine(data.scans, { directory: journalIn(directory), from: start + data.after(head) });
  const startedAt = performance.now();
  const perSecond = (written: number): number =>
    ((written - head) * VALUES_PER_SECOND * 1000) / BATCHES_PER_SECOND / (performance.now() - startedAt);
  const tell = tellEvery(10_000);
  for (let nth = head; nth < records; nth++) {
    line.write(data.batch(nth), start + data.after(nth));
    tell(() => {
      const hours = (nth / BATCHES_PER_SECOND / 3600).toFixed(2);
      const mb = (line.bytesOnDisk() / 1e6).toFixed(0);
      return `filled ${hours} of ${asked.hours} h, ${perSecond(nth).toFixed(0)} values/s, ${mb} MB on disk`;
    });
  }
  const filledPerSecond = Math.max(0, perSecond(records));
  line.close();
  const samples = seconds * VALUES_PER_SECOND;
  return { ...begun, records, samples, filledPerSecond, diskBytesPerSample: line.bytesOnDisk() / samples };
}
