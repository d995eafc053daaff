import Database from 'better-sqlite3';

/**
 * `durable` commits are on the disk (fsync of the WAL) when they return. `batched` commits are in the WAL when they
 * return: safe against the death of the process, not against the loss of power, until the next durable commit or
 * checkpoint.
 */
export type Durability = 'durable' | 'batched';

/** Long enough for a backup or the `journal` command beside us; nobody else writes. */
const BUSY_TIMEOUT_MS = 2000;

export function openConnection(file: string, durability: Durability): Database.Database {
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${durability === 'durable' ? 'FULL' : 'NORMAL'}`);
    // A checkpoint takes two fsyncs: it must not stand between an alarm and its commit, so samples pay for it.
    database.pragma(`wal_autocheckpoint = ${durability === 'durable' ? 0 : 2000}`);
    database.pragma('cache_size = -8000');
    database.pragma('temp_store = MEMORY');
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}
