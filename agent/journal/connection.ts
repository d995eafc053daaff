import Database from 'better-sqlite3';

/**
 * `durable` commits are on the disk (fsync of the WAL) when they return. `batched` commits are in the WAL when they
 * return: safe against the death of the process, not against the loss of power, until the next durable commit or
 * checkpoint.
 */
export type Durability = 'durable' | 'batched';

/** Nobody else writes, and readers don't lock; an alarm must not wait for a stranger who does. */
const BUSY_TIMEOUT_MS = 100;

/**
 * `logPages`: the log is written back into the database when it has so many pages. On a full disk that takes as much
 * space again, which the reserve must cover.
 */
export function openConnection(file: string, durability: Durability, logPages: number): Database.Database {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`);
    // A checkpoint takes two fsyncs: it must not stand between an alarm and its commit, so samples pay for it.
    database.pragma(`wal_autocheckpoint = ${durability === 'durable' ? 0 : logPages}`);
    // Pages of records are split while they grow: copies of who it was must not stay behind in the rest of a page.
    if (durability === 'durable') database.pragma('secure_delete = ON');
    database.pragma('cache_size = -8000');
    database.pragma('temp_store = MEMORY');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
