import Database from 'better-sqlite3';
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
  const file = join(directory, 'journal.lock');
  const holder = new Database(file, { timeout: 0 });
  try {
    holder.pragma('journal_mode = MEMORY');
    holder.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    holder.close();
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
