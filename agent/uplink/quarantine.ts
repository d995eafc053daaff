import type { Stream } from '#agent/model/record.ts';
import type { CursorStore } from './cursor-store.ts';

/** What may be refused: a record, or the content of what an event record tells of, by that record's number. */
type Refusable = Stream | 'evidence';

/** A record that a receiver would not take. The record itself stays in the journal, by stream and seq. */
export interface Quarantined {
  readonly stream: Refusable;
  readonly seq: number;
  /** UTC ms at which it was given up. */
  readonly time: number;
  readonly reason: string;
}

/** Remembers how often each record under way was refused, and which were given up. */
export interface Quarantine {
  /** Counts a try that failed; true: enough. */
  strike(stream: Refusable, seq: number): boolean;
  /** True if the record was under way at several lost connections, and so travels alone until it has arrived. */
  isSuspect(stream: Refusable, seq: number): boolean;
  clear(stream: Refusable, seq: number): void;
  /** Counts a lost connection for a record that was under way, alone or among others. */
  struckByLoss(stream: Refusable, seq: number, wasAlone: boolean): void;
  /** True if so many connections broke over it alone that only another message's arrival can tell it from the link. */
  isAccused(stream: Refusable, seq: number): boolean;
  /** Another message did not get through either. */
  acquit(stream: Refusable, seq: number): void;
  add(entry: Quarantined): void;
  has(stream: Refusable, seq: number): boolean;
  readonly entries: readonly Quarantined[];
}

/** Of the note beside a receiver's cursors. */
export const QUARANTINE_NAME = 'quarantine';
const ENTRIES_MAX = 1000;
const SUSPECT_AFTER = 3;

const key = (stream: Refusable, seq: number): string => `${stream}/${seq}`;

export function createQuarantine(cursors: CursorStore, tries: number): Quarantine {
  let entries = parseQuarantine(cursors.noted(QUARANTINE_NAME));
  let given = new Set(entries.map((entry) => key(entry.stream, entry.seq)));
  const refused = new Map<string, number>();
  const lost = new Map<string, number>();
  const lostAlone = new Map<string, number>();
  const count = (counts: Map<string, number>, name: string): number => {
    const next = (counts.get(name) ?? 0) + 1;
    counts.set(name, next);
    return next;
  };

  return {
    strike: (stream, seq) => count(refused, key(stream, seq)) >= tries,
    // Asked of all that is under way before each message; hardly ever is one lost.
    isSuspect: (stream, seq) => lost.size > 0 && (lost.get(key(stream, seq)) ?? 0) >= SUSPECT_AFTER,
    clear(stream, seq) {
      for (const counts of [refused, lost, lostAlone]) counts.delete(key(stream, seq));
    },
    struckByLoss(stream, seq, wasAlone) {
      count(lost, key(stream, seq));
      if (wasAlone) count(lostAlone, key(stream, seq));
    },
    isAccused: (stream, seq) => (lostAlone.get(key(stream, seq)) ?? 0) >= tries,
    acquit: (stream, seq) => void lostAlone.delete(key(stream, seq)),
    add(entry) {
      if (given.has(key(entry.stream, entry.seq))) return;
      entries = [...entries, entry].slice(-ENTRIES_MAX);
      given = new Set(entries.map((each) => key(each.stream, each.seq)));
      cursors.note(QUARANTINE_NAME, JSON.stringify(entries));
    },
    has: (stream, seq) => given.has(key(stream, seq)),
    get entries() {
      return entries;
    },
  };
}

export function parseQuarantine(text: string | undefined): Quarantined[] {
  if (text === undefined) return [];
  try {
    const stored: unknown = JSON.parse(text);
    return Array.isArray(stored) ? stored.filter(isQuarantined) : [];
  } catch {
    return [];
  }
}

const isQuarantined = (value: unknown): value is Quarantined =>
  typeof value === 'object' && value !== null && 'stream' in value && 'seq' in value && 'reason' in value;
