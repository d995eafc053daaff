import { isStream } from './is-stream.ts';
import type { Stream } from '#agent/model/record.ts';
import { type Quarantined, QUARANTINE_NAME } from '../quarantine.ts';
import type { CursorStore } from '../cursor-store.ts';
import type { Foreign } from './map-field.ts';

/** What the platform has of one id. */
interface Has {
  readonly seq: number;
  readonly digest: string;
  /** UTC ms of the answer. */
  readonly at: number;
  /** The platform's name of the batch, where it gives one. */
  readonly batch?: string;
  /** Its receipt has come, or none is expected. */
  readonly isConfirmed: boolean;
}

/** The newest version, where the platform does not have it. */
interface Lacks {
  readonly seq: number;
  /** `waiting`: it is to be read and sent again, whatever the cursor says. */
  readonly why: 'refused' | 'held' | 'waiting';
  readonly reason: string;
  /** The parent that is waited for. */
  readonly parent?: string;
  /** UTC ms. */
  readonly at: number;
}

/** Everything that is known of one id at one platform. Plain JSON, stored beside the receiver's cursors. */
export interface BookEntry {
  readonly stream: Stream;
  readonly has?: Has;
  readonly lacks?: Lacks;
  readonly kept?: Readonly<Record<string, Foreign>>;
}

const NAME = 'item:';
/** Under which the entry of `message/id` is stored beside the cursors. */
export const bookName = (key: string): string => `${NAME}${key}`;
const DAY_MS = 86_400_000;
const KEPT_MS = { short: 30 * DAY_MS, long: 400 * DAY_MS };
const MOST_ENTRIES = 50_000;
const MOST_QUARANTINED = 1000;

/** The entries among a receiver's stored cursors, for those who only look. */
export function bookIn(cursors: ReadonlyMap<string, string>): ReadonlyMap<string, BookEntry> {
  const entries = new Map<string, BookEntry>();
  for (const [name, text] of cursors) {
    if (!name.startsWith(NAME) || text === '') continue;
    const entry = parseEntry(text);
    if (entry) entries.set(name.slice(NAME.length), entry);
  }
  return entries;
}

/** What a platform has and lacks, by message and id. Survives restarts together with the cursors. */
export class DeliveryBook {
  readonly #cursors: CursorStore;
  readonly #entries: Map<string, BookEntry>;
  readonly #children = new Map<string, Set<string>>();
  #isQuarantineStale = true;
  #quarantined: readonly Quarantined[] = [];

  constructor(cursors: CursorStore, stored: ReadonlyMap<string, string>) {
    this.#cursors = cursors;
    this.#entries = new Map(bookIn(stored));
    for (const [key, { lacks }] of this.#entries)
      if (lacks?.parent !== undefined) this.#childrenOf(lacks.parent).add(key);
  }

  get(key: string): BookEntry | undefined {
    return this.#entries.get(key);
  }

  get all(): ReadonlyMap<string, BookEntry> {
    return this.#entries;
  }

  put(key: string, entry: BookEntry): void {
    const before = this.#entries.get(key)?.lacks;
    if (before?.parent !== undefined) this.#children.get(before.parent)?.delete(key);
    if (entry.lacks?.parent !== undefined) this.#childrenOf(entry.lacks.parent).add(key);
    if (before?.why === 'refused' || entry.lacks?.why === 'refused') this.#isQuarantineStale = true;
    this.#entries.set(key, entry);
    this.#cursors.note(bookName(key), JSON.stringify(entry));
  }

  /** Keys that wait for this parent. */
  waitingFor(parent: string): readonly string[] {
    return [...(this.#children.get(parent) ?? [])];
  }

  /** What waits for a parent, in no particular order. */
  get held(): readonly { readonly stream: Stream; readonly seq: number; readonly reason: string }[] {
    return [...this.#children.values()].flatMap((keys) =>
      [...keys].flatMap((key) => {
        const { stream, lacks } = this.#entries.get(key) ?? {};
        return stream && lacks ? [{ stream, seq: lacks.seq, reason: lacks.reason }] : [];
      }),
    );
  }

  /** What was refused, as `journal quarantine` shows and releases it. */
  get quarantined(): readonly Quarantined[] {
    if (!this.#isQuarantineStale) return this.#quarantined;
    this.#isQuarantineStale = false;
    this.#quarantined = [...this.#entries]
      .flatMap(([key, { stream, lacks }]) =>
        lacks?.why === 'refused' ? [{ stream, seq: lacks.seq, time: lacks.at, reason: `${key}: ${lacks.reason}` }] : [],
      )
      .toSorted((one, other) => one.time - other.time)
      .slice(-MOST_QUARANTINED);
    this.#cursors.note(QUARANTINE_NAME, JSON.stringify(this.#quarantined));
    return this.#quarantined;
  }

  /** Drops what no later record will ask for. @param now UTC ms */
  forget(now: number): void {
    const overBy = ({ stream, has, lacks }: BookEntry): number =>
      now - (lacks?.at ?? has?.at ?? now) - (stream === 'register' ? KEPT_MS.long : KEPT_MS.short);
    const isIdle = ({ has, lacks }: BookEntry): boolean =>
      lacks ? lacks.why === 'refused' : has === undefined || has.isConfirmed;
    const idle = [...this.#entries]
      .filter(([, entry]) => isIdle(entry))
      // What arrived goes before what was refused, and then what is oldest.
      .toSorted(
        ([, one], [, other]) =>
          Number(one.lacks !== undefined) - Number(other.lacks !== undefined) || overBy(other) - overBy(one),
      );
    const excess = this.#entries.size - MOST_ENTRIES;
    for (const [index, [key, entry]] of idle.entries()) {
      if (index >= excess && overBy(entry) <= 0) continue;
      if (entry.lacks) this.#isQuarantineStale = true;
      this.#entries.delete(key);
      this.#cursors.note(bookName(key), '');
    }
  }

  #childrenOf(parent: string): Set<string> {
    const known = this.#children.get(parent) ?? new Set();
    this.#children.set(parent, known);
    return known;
  }
}

function parseEntry(text: string): BookEntry | undefined {
  try {
    const stored: unknown = JSON.parse(text);
    const isSound = typeof stored === 'object' && stored !== null && 'stream' in stored && isStream(stored.stream);
    return isSound ? (stored as BookEntry) : undefined;
  } catch {
    return undefined;
  }
}
