import type { Database } from 'better-sqlite3';

/**
 * Tables of the journal file. `PRAGMA user_version` is the number of migrations applied; `PRAGMA application_id` says
 * that the file is a Firewatch journal ("FWJ1").
 *
 * - `meta`: facts on the file itself (`site`).
 * - `point`: dictionary of the points in blocks. Its unique index is a second copy of it, for salvage.
 * - `record`: streams alarm, event, gap and audit. `stream` is an index of STREAMS, `body` JSON, `check_sum` the CRC-32
 *   of stream, seq, time and body; `chain` the SHA-256 of the record before, this one's identity and body.
 * - `block`: stream sample. A row holds the records `first … last`, `body` is a block of block-codec/; `from_time` and
 *   `to_time` span the source times, `receive_time` is the latest receive time, `flags_all` the flags that every sample
 *   has. Times are UTC ms.
 * - `rollup`: `level` is the length of the period in ms, `body` a part of it (rollup/rollup-part.ts); parts of one
 *   period add up. A minute's part holds samples up to seq `through`, an hour's part minutes up to id `through`; at a
 *   restart everything from `open_from` on is counted again, except what `through` says is in already.
 * - `cursor`: how far each receiver's lanes have come.
 * - `state`: what stages must find again after a restart, JSON by scope and key.
 */
const migrations: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE point (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE record (
    stream INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    time INTEGER NOT NULL,
    check_sum INTEGER NOT NULL,
    body TEXT NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE block (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    first_time INTEGER NOT NULL,
    last_time INTEGER NOT NULL,
    from_time REAL NOT NULL,
    to_time REAL NOT NULL,
    receive_time REAL NOT NULL,
    samples INTEGER NOT NULL,
    flags_all INTEGER NOT NULL,
    check_sum INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX block_by_time ON block (to_time, from_time, samples);
  CREATE TABLE rollup (
    id INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    start INTEGER NOT NULL,
    through INTEGER NOT NULL,
    open_from INTEGER NOT NULL,
    check_sum INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX rollup_by_start ON rollup (level, start);
  CREATE TABLE cursor (
    receiver TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (receiver, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE state (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT, WITHOUT ROWID;
  `,
];

const APPLICATION_ID = 0x46574a31;

/** Brings a new or older file to the present layout, each step in a transaction of its own. */
export function migrate(database: Database): void {
  const version = Number(database.pragma('user_version', { simple: true }));
  if (version > migrations.length) {
    throw new Error(
      `the journal has layout ${version}, this Firewatch knows up to ${migrations.length}: start the newer version again`,
    );
  }
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`application_id = ${APPLICATION_ID}`);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}
