import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { flagNames } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { csvText, isoTime } from './csv-text.ts';
import { decodeRow } from './record-reader.ts';
import { toRecord } from './record-table.ts';
import { restamped, restampsIn } from './restamp.ts';
import type { Tables } from './store.ts';
import { DURABLE_STREAMS } from './streams.ts';

export interface ExportQuery {
  /** Source time, UTC ms, inclusive; for records their own time. */
  readonly from: number;
  /** UTC ms, exclusive. */
  readonly to: number;
  /** Absent: all points. */
  readonly points?: ReadonlySet<PointId>;
}

const CSV_HEADER = 'seq,source_time,receive_time,point,value,quality,reason,raw,flags';

/** Samples as CSV lines with their header, times in ISO 8601 UTC. Texts are quoted, numbers and booleans are not. */
export function* csvLines(tables: Tables, query: ExportQuery): Generator<string> {
  yield CSV_HEADER;
  for (const { seq, sample } of exportedSamples(tables, query)) {
    const { value, quality } = sample;
    yield [
      seq,
      isoTime(sample.sourceTime),
      isoTime(sample.receiveTime),
      csvText(sample.point),
      typeof value === 'string' ? csvText(value) : (value ?? ''),
      quality.level,
      csvText(quality.reason ?? ''),
      quality.raw ?? '',
      flagNames(sample.flags).join(' '),
    ].join(',');
  }
}

/**
 * Writes samples and records into a new SQLite file with plain tables, for whoever analyses them with their own tools:
 * `sample` with a row a sample, `record` with JSON bodies. Returns how many of each.
 */
export function exportSqlite(
  tables: Tables,
  query: ExportQuery,
  target: string,
): { readonly samples: number; readonly records: number } {
  if (existsSync(target)) throw new Error(`export to ${target}: it exists already; name a new file`);
  const database = new Database(target);
  try {
    database.exec(`
      CREATE TABLE sample (seq INTEGER, source_time REAL, receive_time REAL, point TEXT, value ANY, quality TEXT,
        reason TEXT, raw REAL, flags TEXT) STRICT;
      CREATE TABLE record (stream TEXT, seq INTEGER, time INTEGER, body TEXT, PRIMARY KEY (stream, seq)) STRICT;
    `);
    const counts = database.transaction(() => ({
      samples: copySamples(tables, query, database),
      records: copyRecords(tables, query, database),
    }))();
    database.exec('CREATE INDEX sample_by_point ON sample (point, source_time)');
    return counts;
  } finally {
    database.close();
  }
}

function copySamples(tables: Tables, query: ExportQuery, target: Database.Database): number {
  const insert = target.prepare('INSERT INTO sample VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
  let count = 0;
  for (const { seq, sample } of exportedSamples(tables, query)) {
    const { value, quality, flags } = sample;
    const stored = typeof value === 'boolean' ? Number(value) : value;
    const { level, reason = null, raw = null } = quality;
    insert.run(
      seq,
      sample.sourceTime,
      sample.receiveTime,
      sample.point,
      stored,
      level,
      reason,
      raw,
      flagNames(flags).join(' '),
    );
    count += 1;
  }
  return count;
}

function copyRecords(tables: Tables, query: ExportQuery, target: Database.Database): number {
  const insert = target.prepare('INSERT INTO record VALUES (?, ?, ?, ?)');
  let count = 0;
  for (const stream of DURABLE_STREAMS) {
    for (let after = 0; ;) {
      const rows = tables.records.rows(stream, after, Number.MAX_SAFE_INTEGER, 500);
      for (const row of rows) {
        after = row.seq;
        if (row.time < query.from || row.time >= query.to || toRecord(stream, row) === undefined) continue;
        insert.run(stream, row.seq, row.time, row.body);
        count += 1;
      }
      if (rows.length === 0) break;
    }
  }
  return count;
}

/** In order of arrival. Damaged blocks are left out: `verify` names them. */
function* exportedSamples(
  tables: Tables,
  { from, to, points }: ExportQuery,
): Generator<{ readonly seq: number; readonly sample: Sample }> {
  const restamps = restampsIn(tables.state);
  for (let after = 0; ;) {
    const rows = tables.blocks.rows(after, Number.MAX_SAFE_INTEGER, 4);
    for (const row of rows) {
      after = row.last;
      for (const batch of decodeRow(row, tables) ?? []) {
        for (const stored of batch.samples) {
          const sample = restamped(stored, batch.seq, restamps);
          if (sample.sourceTime < from || sample.sourceTime >= to) continue;
          if (points === undefined || points.has(sample.point)) yield { seq: batch.seq, sample };
        }
      }
    }
    if (rows.length === 0) return;
  }
}
