import Database, { SqliteError } from 'better-sqlite3';
import { join } from 'node:path';
import { readRunFile } from './run-file.ts';

/** Thrown when another agent holds the journal's directory. Not retryable: stop the other one first. */
export class JournalInUse extends Error {
  override readonly name = 'JournalInUse';
}

/**
 * Holds the directory for this process. The lock is the operating system's, on a side file, taken through SQLite: it
 * goes with the process however that ends, and two openings within one process exclude each other too.
 */
export function lockDirectory(directory: string): () => void {
  const holder = openSideFile(directory);
  try {
    holder.pragma('journal_mode = MEMORY');
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
    if (!(error instanceof SqliteError && error.code.startsWith('SQLITE_BUSY')))
      throw unusableDirectory(directory, error);
    const run = readRunFile(directory);
    const who = run ? ` (process ${run.pid}, since ${new Date(run.startedAt).toISOString()})` : '';
    throw new JournalInUse(
      `open journal ${directory}: another agent${who} works on it; stop that agent, or give this site a directory of its own`,
      { cause: error },
    );
  }
  return () => {
    holder.close();
  };
}

function openSideFile(directory: string): Database.Database {
  try {
    return new Database(join(directory, 'journal.lock'), { timeout: 0 });
  } catch (error) {
    throw unusableDirectory(directory, error);
  }
}

/** Keeps the code, so that the caller can still tell a full disk from a read-only one. */
export function unusableDirectory(directory: string, error: unknown): Error {
  const found = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? { code: error.code } : {};
  return Object.assign(
    new Error(
      `open journal ${directory}: ${found}; the directory must be on a disk that can be written, and belong to this user`,
      { cause: error },
    ),
    code,
  );
}
