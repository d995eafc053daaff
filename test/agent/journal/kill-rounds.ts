import { spawn } from 'node:child_process';
import { openJournal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { siteId } from '#agent/model/ids.ts';

export interface KillReport {
  readonly rounds: number;
  /** Commits whose number was printed before the kill. */
  readonly acknowledged: number;
  readonly lost: readonly string[];
  readonly duplicated: readonly string[];
  /** Longest time that opening the journal after a kill took, milliseconds. */
  readonly slowestOpenMs: number;
}

const child = new URL('./kill-child.ts', import.meta.url).pathname;

/** Kills a writing process again and again on the same directory and compares what it printed with what is there. */
export async function killRounds(directory: string, rounds: number, delayMs: () => number): Promise<KillReport> {
  const acknowledged = new Map<string, string>();
  const lost: string[] = [];
  const duplicated: string[] = [];
  let slowestOpenMs = 0;
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    const lines = await runAndKill(directory, round, delayMs());
    for (const line of lines) {
      const [stream, seq, text] = line.split(' ');
      if (stream === 'open' || seq === undefined) continue;
      const key = `${stream} ${seq}`;
      count += 1;
      if (acknowledged.has(key) && stream === 'event') duplicated.push(key);
      acknowledged.set(key, text ?? '');
    }
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
    slowestOpenMs = Math.max(slowestOpenMs, performance.now() - started);
    const events = new Map(
      journal.read('event', 0, 1e9).map((each) => [`event ${each.seq}`, each.stream === 'event' ? each.body.text : '']),
    );
    for (const [key, text] of acknowledged) {
      if (key.startsWith('event') && events.get(key) !== text) lost.push(`round ${round}: ${key} ${text}`);
    }
    const samples = new Set<string>();
    for (let after = 0; ;) {
      const found = journal.read('sample', after, 500);
      for (const each of found) samples.add(`sample ${each.seq}`);
      const end = found.at(-1);
      if (end === undefined) break;
      after = end.seq;
    }
    for (const key of acknowledged.keys()) {
      if (key.startsWith('sample') && !samples.has(key)) lost.push(`round ${round}: ${key}`);
    }
    const texts = new Set(events.values());
    if (texts.size !== events.size) duplicated.push(`round ${round}: a text stands twice`);
    journal.close();
  }
  return { rounds, acknowledged: count, lost, duplicated, slowestOpenMs };
}

/** The lines that the child printed whole. */
async function runAndKill(directory: string, round: number, delayMs: number): Promise<string[]> {
  const process_ = spawn(process.execPath, [child, directory, String(round)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let errors = '';
  let timer: NodeJS.Timeout | undefined;
  process_.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  process_.stdout.on('data', (data: Buffer) => {
    out += data.toString();
    timer ??= setTimeout(() => process_.kill('SIGKILL'), delayMs);
  });
  const signal = await new Promise((resolve) => {
    process_.on('close', (_code, by) => {
      resolve(by);
    });
  });
  if (signal !== 'SIGKILL') throw new Error(`the writer of round ${round} ended by itself: ${errors}`);
  return out.slice(0, out.lastIndexOf('\n')).split('\n');
}
