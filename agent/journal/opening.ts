import { existsSync, mkdirSync } from 'node:fs';
import type { Clock } from '#agent/model/clock.ts';
import type { Gap } from '#agent/model/event.ts';
import type { SiteId } from '#agent/model/ids.ts';
import { lockDirectory, unusableDirectory } from './directory-lock.ts';
import { openingGaps } from './opening-gaps.ts';
import { setFileAside } from './set-aside.ts';
import type { Rescued } from './rescued.ts';
import { readBootId, readRunFile, type RunFile } from './run-file.ts';
import { salvage, type Salvaged } from './salvage.ts';
import { extendRanges, missingRanges, type LostRange } from './seq-range.ts';
import { checkSoundness, UnsoundFile } from './soundness.ts';
import { endsOf, journalFile, lastTime, openStore, type Store } from './store.ts';
import { perStream, STREAMS, type PerStream } from './streams.ts';

/**
 * How the last run ended, as found at start.
 * - `new`: there was none
 * - `clean`: stopped on purpose
 * - `crash`: the process died; every commit is there
 * - `power-loss`: the machine died with it; the last samples may be missing
 * - `restored`: a backup was put in place of the database
 * - `damaged`: the database could not be used; it was set aside and salvaged
 */
type OpeningKind = 'new' | 'clean' | 'crash' | 'power-loss' | 'restored' | 'damaged';

export interface Opening {
  readonly kind: OpeningKind;
  /** Files set aside, absolute. Empty unless damaged. */
  readonly setAside: readonly string[];
  /** What made the file unusable, in SQLite's words. */
  readonly fault?: string;
  /** Sequence numbers that were or may have been used and whose records are gone. */
  readonly lost: readonly LostRange[];
  /** The gaps written to stream `gap` because of it. */
  readonly gaps: readonly Gap[];
}

export interface Opened {
  readonly store: Store;
  readonly opening: Opening;
  readonly heads: PerStream<number>;
  readonly floors: PerStream<number>;
  readonly tails: PerStream<number>;
  readonly bootId: string;
  /** UTC ms below which the clock can't be right. */
  readonly clockFloor: number;
  readonly unlock: () => void;
}

/** How long a start may be spent on saving samples from a damaged file; then the rest stays aside. */
const SALVAGE_MS = 10_000;

export interface OpeningOptions {
  readonly directory: string;
  readonly site: SiteId;
  readonly clock: Clock;
  /** See openConnection. */
  readonly logPages: number;
  /** The file is known to be damaged; these go into the one that replaces it. */
  readonly rescued?: Rescued | undefined;
}

/** Opens the directory's journal whatever state it is in. Throws JournalInUse, or if nothing can be written there. */
export function openDirectory(options: OpeningOptions): Opened {
  const { directory, site, clock, rescued } = options;
  makeDirectory(directory);
  const unlock = lockDirectory(directory);
  try {
    const run = readRunFile(directory);
    const bootId = readBootId();
    const found = openOrSalvage(options);
    refuseOtherSite(found.store, site, directory);
    const heads = perStream((stream) => endsOf(found.store.batched, stream)?.last ?? 0);
    const kind = found.salvaged ? 'damaged' : endKind(run, bootId);
    const lost = found.salvaged ? lostToDamage(found.salvaged, run, heads) : lostWithRun(kind, run, heads);
    for (const { stream, last } of lost) heads[stream] = Math.max(heads[stream], last);
    for (const stream of STREAMS) heads[stream] = Math.max(heads[stream], (run?.tails[stream] ?? 1) - 1);
    const youngest = lastTime(found.store.batched);
    const lastBlock = found.store.batched.blocks.youngest();
    const gaps = openingGaps({
      end: rescued ? 'replaced' : endKind(run, bootId),
      isDamaged: found.salvaged !== undefined,
      lost,
      run,
      youngest: lastBlock,
      // Not before the last sample, where the clock is behind. Times of records are no measure: after a clock that was ahead
      // for a while they are held, and the gap would say that nothing is known of the hours to come.
      now: Math.max(clock.now(), lastBlock?.receive_time ?? youngest),
    });
    return {
      store: found.store,
      opening: {
        kind,
        setAside: found.setAside,
        lost,
        gaps,
        ...(found.fault === undefined ? {} : { fault: found.fault }),
      },
      heads,
      floors: perStream((stream) => Math.max(run?.floors[stream] ?? 0, heads[stream])),
      tails: run?.tails ?? perStream(() => 1),
      bootId,
      clockFloor: Math.max(youngest, run?.clockFloor ?? 0),
      unlock,
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw unusableDirectory(directory, error);
  }
}

interface Found {
  readonly store: Store;
  readonly setAside: readonly string[];
  readonly salvaged?: Salvaged;
  readonly fault?: string;
}

function openOrSalvage({ directory, clock, logPages, rescued }: OpeningOptions): Found {
  const file = journalFile(directory);
  let store: Store | undefined;
  try {
    if (rescued) throw new UnsoundFile('a page was found damaged while running');
    store = openStore(file, logPages);
    checkSoundness(store.batched);
    return { store, setAside: [] };
  } catch (error) {
    store?.close();
    if (!existsSync(file) || !isDamage(error)) throw error;
    const setAside = setFileAside(file, clock.now());
    const fault = error instanceof Error ? error.message : String(error);
    const until = clock.monotonic() + SALVAGE_MS;
    const fresh = openStore(file, logPages);
    const salvaged = salvage(setAside[0] ?? file, fresh, () => clock.monotonic() < until);
    if (rescued) storeRescued(fresh, rescued, salvaged);
    fresh.close();
    // Opened anew, because the dictionary of points is read at opening and has only now been filled.
    return { store: openStore(file, logPages), setAside, fault, salvaged };
  }
}

/**
 * A full or read-only disk is no damage: setting the file aside would make it worse. Neither is a file of a newer
 * Firewatch.
 */
const isDamage = (error: unknown): boolean =>
  error instanceof UnsoundFile ||
  (error instanceof Error && 'code' in error && /^SQLITE_(CORRUPT|NOTADB|IOERR|ERROR|FORMAT)/.test(String(error.code)));

/** They have their numbers already, and receivers may have them. */
function storeRescued({ durable }: Store, { records, state }: Rescued, salvaged: Salvaged): void {
  durable.database.transaction(() => {
    for (const record of records) {
      durable.records.insert(record);
      extendRanges(salvaged[record.stream], record.seq, record.seq);
    }
    for (const change of state) durable.state.apply(change);
  })();
}

function refuseOtherSite(store: Store, site: SiteId, directory: string): void {
  const { database } = store.durable;
  database.prepare("INSERT OR IGNORE INTO meta (key, value) VALUES ('site', ?)").run(site);
  const known = database.prepare("SELECT value FROM meta WHERE key = 'site'").pluck().get();
  if (known === site) return;
  store.close();
  throw new Error(
    `open journal ${directory}: it belongs to site ${String(known)}, not ${site}; give each site a directory of its own`,
  );
}

function endKind(run: RunFile | undefined, bootId: string): Exclude<OpeningKind, 'damaged'> {
  if (run === undefined) return 'new';
  if (run.isRestored === true) return 'restored';
  if (run.stoppedAt !== undefined) return 'clean';
  return bootId !== '' && run.bootId === bootId ? 'crash' : 'power-loss';
}

/**
 * Samples are committed without fsync: after a loss of power the last ones may be gone although a receiver has them.
 * Their numbers are not used again. Behind a backup that was put in place, the same holds for every stream.
 */
function lostWithRun(kind: OpeningKind, run: RunFile | undefined, heads: PerStream<number>): LostRange[] {
  const streams = kind === 'restored' ? STREAMS : kind === 'power-loss' ? (['sample'] as const) : [];
  return streams.flatMap((stream): LostRange[] => {
    const floor = run?.floors[stream] ?? 0;
    return floor > heads[stream] ? [{ stream, first: heads[stream] + 1, last: floor }] : [];
  });
}

function lostToDamage(salvaged: Salvaged, run: RunFile | undefined, heads: PerStream<number>): LostRange[] {
  return STREAMS.flatMap((stream) => {
    const from = run?.tails[stream] ?? salvaged[stream][0]?.first ?? 1;
    const to = Math.max(run?.floors[stream] ?? 0, heads[stream]);
    return missingRanges(salvaged[stream], from, to).map((range) => ({ stream, ...range }));
  });
}
