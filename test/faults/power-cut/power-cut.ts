import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openJournal, type Journal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';
import { diskAfterPowerCut, type Chance } from './disk-after-power-cut.ts';
import { recordWrites, type Operation } from './recorded-writes.ts';

const child = new URL('../../agent/journal/kill-child.ts', import.meta.url).pathname;

export interface PowerCut {
  readonly kind: string;
  readonly openMs: number;
  /** Committed samples that are gone; each lies in a range that the journal states as lost. */
  readonly samplesGone: number;
  /** What is not as the journal promises. */
  readonly faults: readonly string[];
}

/** Two runs of a writer, the second after a clean stop, with every byte that they wrote below a directory of `work`. */
export function recordTwoRuns(work: string, turns: number): readonly Operation[] {
  const directory = join(work, 'recorded');
  const run = (name: string) => recordWrites([child, directory, name, String(turns)], { directory, work });
  return [...run('first'), ...run('second')];
}

/** Fails the power before operation `cut`, opens what the disk holds, and compares it with what had been said by then. */
export function cutPower(
  operations: readonly Operation[],
  cut: number,
  { work, chance }: { work: string; chance: Chance },
): PowerCut {
  const directory = mkdtempSync(join(work, 'cut-'));
  for (const [path, bytes] of diskAfterPowerCut(operations, cut, chance))
    writeFileSync(join(directory, basename(path)), bytes);
  afterAnotherBoot(directory);
  const started = performance.now();
  const journal = openJournal({
    directory,
    site: siteId('kill'),
    clock: systemClock,
    maxAgeMs: 1e12,
    maxBytes: 1e9,
    sampleCommitMs: 50,
    reserveBytes: 65_536,
  });
  const openMs = performance.now() - started;
  const found = compare(journal, saidBefore(operations, cut));
  const kind = journal.opening.kind;
  journal.close();
  rmSync(directory, { recursive: true });
  return { kind, openMs, ...found };
}

/** Power does not come back within the same run of the operating system. */
function afterAnotherBoot(directory: string): void {
  const file = join(directory, 'journal.run.json');
  try {
    const run = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...run, bootId: 'before-the-cut' }));
  } catch {
    // None yet, or not whole: the journal has to live with it.
  }
}

const saidBefore = (operations: readonly Operation[], cut: number): string[] =>
  operations
    .slice(0, cut)
    .flatMap((each) => (each.type === 'said' ? each.text.split('\n') : []))
    .filter((line) => line !== '');

function compare(journal: Journal, said: readonly string[]): Pick<PowerCut, 'samplesGone' | 'faults'> {
  const faults: string[] = [];
  const events = new Map(
    journal.read('event', 0, 1e6).map((each) => [each.seq, each.stream === 'event' ? each.body.text : '']),
  );
  const samples = new Set(journal.read('sample', 0, 1e6).map(({ seq }) => seq));
  const stated = journal
    .read('gap', 0, 1e6)
    .flatMap(({ body }) => ('records' in body && body.records?.stream === 'sample' ? [body.records] : []));
  let samplesGone = 0;
  const lastEvent = said.findLastIndex((line) => line.startsWith('event'));
  for (const [index, line] of said.entries()) {
    const [stream, number, text] = line.split(' ');
    const seq = Number(number);
    if (stream === 'event' && events.get(seq) !== text) faults.push(`event ${seq} ${text} is gone`);
    if (stream !== 'sample' || samples.has(seq)) continue;
    samplesGone += 1;
    if (index < lastEvent) faults.push(`sample ${seq} is gone although a record behind it was put on the disk`);
    if (!stated.some(({ first, last }) => first <= seq && seq <= last))
      faults.push(`sample ${seq} is gone and no gap says so`);
  }
  const texts = [...events.values()].filter((text) => !text.startsWith('The clock'));
  if (new Set(texts).size !== texts.length) faults.push('an event stands twice');
  const next = journal.commit([{ stream: 'event', body: { time: 1, kind: 'kill.test', text: 'after', flags: 1 } }]);
  if (next[0] === undefined || events.has(next[0].seq)) faults.push('a number was given twice');
  return { samplesGone, faults };
}
