import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { perStream, type PerStream } from './streams.ts';

/**
 * What must be known even when the database is lost: how the last run ended, and which sequence numbers may have been
 * used. A small JSON file beside the database, replaced atomically and fsynced.
 */
export interface RunFile {
  readonly site: string;
  readonly pid: number;
  /** UTC ms. */
  readonly startedAt: number;
  /** UTC ms of a clean stop; absent while running and after a crash. */
  readonly stoppedAt?: number;
  /** Identity of the operating system's run: the same after kill -9, another after power loss. Empty: not known. */
  readonly bootId: string;
  /** A backup was put in place: every number up to the floors may have been used since. */
  readonly isRestored?: boolean;
  /** No seq above this has been used in the stream. Reserved ahead, so that the file is written seldom. */
  readonly floors: PerStream<number>;
  /** Everything below this has expired. */
  readonly tails: PerStream<number>;
  /** UTC ms that had been reached; the clock can't be right below it. */
  readonly clockFloor: number;
}

const path = (directory: string): string => join(directory, 'journal.run.json');

/** undefined where there is none or it can't be read: then nothing is known of an earlier run. */
export function readRunFile(directory: string): RunFile | undefined {
  try {
    const read = JSON.parse(readFileSync(path(directory), 'utf8')) as Partial<RunFile>;
    return {
      site: read.site ?? '',
      pid: read.pid ?? 0,
      startedAt: read.startedAt ?? 0,
      bootId: read.bootId ?? '',
      floors: perStream((stream) => read.floors?.[stream] ?? 0),
      tails: perStream((stream) => read.tails?.[stream] ?? 1),
      clockFloor: read.clockFloor ?? 0,
      ...(read.stoppedAt === undefined ? {} : { stoppedAt: read.stoppedAt }),
      ...(read.isRestored === true ? { isRestored: true } : {}),
    };
  } catch {
    return undefined;
  }
}

export function writeRunFile(directory: string, run: RunFile): void {
  const target = path(directory);
  const file = openSync(`${target}.new`, 'w');
  try {
    writeSync(file, JSON.stringify(run));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${target}.new`, target);
  syncDirectory(directory);
}

/** Makes a rename last. Some platforms can't open a directory; they order renames themselves. */
export function syncDirectory(directory: string): void {
  let handle: number;
  try {
    handle = openSync(directory, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Linux tells each boot apart; elsewhere every unclean stop counts as a loss of power, which claims more loss, not less. */
export function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
