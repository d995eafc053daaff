import Database from 'better-sqlite3';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { siteId } from '#agent/model/ids.ts';
import { lockDirectory } from './directory-lock.ts';
import { readRunFile, syncDirectory, writeRunFile } from './run-file.ts';
import { endsOf, journalFile, lastTime, tablesOver, type Tables } from './store.ts';
import { perStream } from './streams.ts';

/** Copies the journal to one file, consistent as of one moment, while an agent goes on writing. */
export async function backUp(tables: Tables, target: string): Promise<void> {
  if (existsSync(target)) throw new Error(`back up to ${target}: it exists already; name a new file`);
  const unfinished = `${target}.unfinished`;
  try {
    await tables.database.backup(unfinished);
    // A single file is easier to carry: no log beside it.
    const copy = new Database(unfinished);
    copy.pragma('journal_mode = DELETE');
    copy.close();
    renameSync(unfinished, target);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/**
 * Numbers that may have been used after a backup whose directory is lost with its run file: more than a site makes in
 * years, so that nothing a receiver already has is numbered again.
 */
const UNKNOWN_USE = 100_000_000;

function openBackup(file: string): Tables {
  try {
    return tablesOver(new Database(file, { readonly: true, fileMustExist: true }), file);
  } catch (error) {
    const found = existsSync(file) ? (error instanceof Error ? error.message : String(error)) : 'there is no such file';
    throw new Error(`restore ${file}: ${found}; name a file that firewatch journal backup made`, { cause: error });
  }
}

/**
 * Puts a backup in the place of a directory's journal, whose files are set aside. The next start reports what lies
 * between the backup and what had been numbered since as lost. Throws JournalInUse while an agent runs there.
 */
export function restore(backup: string, directory: string, now: number): void {
  const source = openBackup(backup);
  const heads = perStream((stream) => endsOf(source, stream)?.last ?? 0);
  const tails = perStream((stream) => endsOf(source, stream)?.first ?? 1);
  const site = String(source.database.prepare("SELECT value FROM meta WHERE key = 'site'").pluck().get());
  const clockFloor = lastTime(source);
  source.close();
  mkdirSync(directory, { recursive: true });
  const unlock = lockDirectory(directory);
  try {
    const run = readRunFile(directory);
    const file = journalFile(directory);
    for (const suffix of ['', '-wal', '-shm']) {
      if (existsSync(file + suffix)) renameSync(file + suffix, `${file}.before-restore-${now}${suffix}`);
    }
    copyFileSync(backup, file);
    syncDirectory(directory);
    writeRunFile(directory, {
      site: siteId(site),
      pid: process.pid,
      startedAt: run?.startedAt ?? clockFloor,
      bootId: 'restored',
      isRestored: true,
      floors: perStream((stream) => run?.floors[stream] ?? heads[stream] + UNKNOWN_USE),
      tails,
      clockFloor,
    });
  } finally {
    unlock();
  }
}
