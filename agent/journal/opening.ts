import { existsSync, mkdirSync, renameSync } from 'node:fs';
import type { Clock } from '#agent/model/clock.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { SiteId } from '#agent/model/ids.ts';
import { lockDirectory } from './directory-lock.ts';
import { readBootId, readRunFile, syncDirectory, type RunFile } from './run-file.ts';
import { salvage, type Salvaged } from './salvage.ts';
import { missingRanges, type LostRange } from './seq-range.ts';
import { checkSoundness } from './soundness.ts';
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
export type OpeningKind = 'new' | 'clean' | 'crash' | 'power-loss' | 'restored' | 'damaged';

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
}

/** Opens the directory's journal whatever state it is in. Throws JournalInUse, or if nothing can be written there. */
export function openDirectory({ directory, site, clock, logPages }: OpeningOptions): Opened {
  mkdirSync(directory, { recursive: true });
  const unlock = lockDirectory(directory);
  try {
    const run = readRunFile(directory);
    const bootId = readBootId();
    const found = openOrSalvage(directory, clock, logPages);
    refuseOtherSite(found.store, site, directory);
    const heads = perStream((stream) => endsOf(found.store.batched, stream)?.last ?? 0);
    const kind = found.salvaged ? 'damaged' : endKind(run, bootId);
    const lost = found.salvaged ? lostToDamage(found.salvaged, run, heads) : lostWithRun(kind, run, heads);
    for (const { stream, last } of lost) heads[stream] = Math.max(heads[stream], last);
    for (const stream of STREAMS) heads[stream] = Math.max(heads[stream], (run?.tails[stream] ?? 1) - 1);
    const youngest = lastTime(found.store.batched);
    const gaps = gapsOf({ kind, lost, run, store: found.store, now: Math.max(clock.now(), youngest) });
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

interface Found {
  readonly store: Store;
  readonly setAside: readonly string[];
  readonly salvaged?: Salvaged;
  readonly fault?: string;
}

function openOrSalvage(directory: string, clock: Clock, logPages: number): Found {
  const file = journalFile(directory);
  let store: Store | undefined;
  try {
    store = openStore(file, logPages);
    checkSoundness(store.batched);
    return { store, setAside: [] };
  } catch (error) {
    store?.close();
    if (!existsSync(file) || !isDamage(error)) throw error;
    const setAside = putAside(file, clock);
    const fault = error instanceof Error ? error.message : String(error);
    const until = clock.monotonic() + SALVAGE_MS;
    const fresh = openStore(file, logPages);
    const salvaged = salvage(setAside[0] ?? file, fresh, () => clock.monotonic() < until);
    fresh.close();
    // Opened anew, because the dictionary of points is read at opening and has only now been filled.
    return { store: openStore(file, logPages), setAside, fault, salvaged };
  }
}

/** A full or read-only disk is no damage: setting the file aside would make it worse. */
function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return !/^SQLITE_(FULL|READONLY|CANTOPEN|BUSY|LOCKED|PERM|AUTH)|^E[A-Z]+$/.test(code);
}

function putAside(file: string, clock: Clock): string[] {
  const stamp = new Date(clock.now()).toISOString().replaceAll(':', '-');
  const moved: string[] = [];
  for (const suffix of ['', '-wal', '-shm']) {
    if (!existsSync(file + suffix)) continue;
    const target = `${file}.damaged-${stamp}${suffix}`;
    renameSync(file + suffix, target);
    moved.push(target);
  }
  syncDirectory(file.slice(0, file.lastIndexOf('/')));
  return moved;
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

function endKind(run: RunFile | undefined, bootId: string): OpeningKind {
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

interface Finding {
  readonly kind: OpeningKind;
  readonly lost: readonly LostRange[];
  readonly run: RunFile | undefined;
  readonly store: Store;
  readonly now: number;
}

/** One gap for the time without an agent, and one for each range of records that is gone. */
function gapsOf({ kind, lost, run, store, now }: Finding): Gap[] {
  if (run === undefined && kind === 'new') return [];
  const last = store.batched.blocks.youngest();
  const flags = (last?.flags_all ?? 0) & Flag.sim;
  const from = Math.min(last?.receive_time ?? run?.stoppedAt ?? run?.startedAt ?? now, now);
  const away: Gap = {
    from,
    to: now,
    reason: kind === 'clean' ? 'agent-stopped' : 'crash',
    text: awayText(kind),
    flags,
  };
  return [away, ...lost.map((range) => lostGap(range, kind, away))];
}

function awayText(kind: OpeningKind): string {
  if (kind === 'clean') return 'The agent was stopped and started again: nothing was read in between.';
  if (kind === 'restored') {
    return 'A backup was put in place of the journal: nothing was read until the agent started again.';
  }
  if (kind === 'crash')
    return 'The agent ended without being stopped and was started again: nothing was read in between.';
  return 'The machine lost power or was reset: nothing was read until the agent started again.';
}

const lostBecause: Partial<Record<OpeningKind, string>> = {
  damaged: 'the journal file was damaged; what can be read of it is in the file that was set aside',
  restored: 'a backup from before them was put in place, if they had been written at all',
  'power-loss': 'power was lost before they were on the disk, if they had been written at all',
};

function lostGap({ stream, first, last }: LostRange, kind: OpeningKind, away: Gap): Gap {
  return {
    from: away.from,
    to: away.to ?? away.from,
    reason: kind === 'damaged' ? 'damaged' : 'crash',
    records: { stream, first, last },
    text: `Records ${first} to ${last} of stream ${stream} are not there: ${lostBecause[kind] ?? ''}.`,
    flags: away.flags,
  };
}
