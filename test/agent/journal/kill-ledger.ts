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

/** What killed writers of one directory had printed, compared with what is there. */
export class KillLedger {
  readonly #directory: string;
  readonly #acknowledged = new Map<string, string>();
  readonly #lost: string[] = [];
  readonly #duplicated: string[] = [];
  #rounds = 0;
  #count = 0;
  #slowestOpenMs = 0;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get report(): KillReport {
    return {
      rounds: this.#rounds,
      acknowledged: this.#count,
      lost: this.#lost,
      duplicated: this.#duplicated,
      slowestOpenMs: this.#slowestOpenMs,
    };
  }

  /** @param lines that a writer printed whole before it was killed */
  check(lines: readonly string[]): void {
    const round = this.#rounds;
    this.#rounds += 1;
    for (const line of lines) {
      const [stream, seq, text] = line.split(' ');
      if (stream === 'open' || seq === undefined) continue;
      const key = `${stream} ${seq}`;
      this.#count += 1;
      if (this.#acknowledged.has(key) && stream === 'event') this.#duplicated.push(key);
      this.#acknowledged.set(key, text ?? '');
    }
    const started = performance.now();
    const journal = openJournal({
      directory: this.#directory,
      site: siteId('kill'),
      clock: systemClock,
      maxAgeMs: 1e12,
      maxBytes: 1e9,
      sampleCommitMs: 50,
      reserveBytes: 65_536,
    });
    this.#slowestOpenMs = Math.max(this.#slowestOpenMs, performance.now() - started);
    const events = new Map(
      journal.read('event', 0, 1e9).map((each) => [`event ${each.seq}`, each.stream === 'event' ? each.body.text : '']),
    );
    for (const [key, text] of this.#acknowledged) {
      if (key.startsWith('event') && events.get(key) !== text) this.#lost.push(`round ${round}: ${key} ${text}`);
    }
    const samples = new Set<string>();
    for (let after = 0; ;) {
      const found = journal.read('sample', after, 500);
      for (const each of found) samples.add(`sample ${each.seq}`);
      const end = found.at(-1);
      if (end === undefined) break;
      after = end.seq;
    }
    for (const key of this.#acknowledged.keys()) {
      if (key.startsWith('sample') && !samples.has(key)) this.#lost.push(`round ${round}: ${key}`);
    }
    const texts = new Set(events.values());
    if (texts.size !== events.size) this.#duplicated.push(`round ${round}: a text stands twice`);
    journal.close();
  }
}
