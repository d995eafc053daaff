import { statSync } from 'node:fs';
import type { Gap } from '#agent/model/event.ts';
import type { Stream } from '#agent/model/record.ts';
import { endsOf, lastGap, type Tables } from './store.ts';
import { perStream, type PerStream } from './streams.ts';

interface StreamStatus {
  /** Highest seq ever used; 0 when none was. */
  readonly head: number;
  /** Lowest seq still kept; head + 1 when nothing is. */
  readonly tail: number;
}

/** The journal in the operator's terms. Times are UTC ms. */
export interface JournalStatus {
  readonly streams: PerStream<StreamStatus>;
  /** Samples in stream `sample`. */
  readonly samples: number;
  /** Bytes of the database file, its WAL included. */
  readonly bytes: number;
  /** Infinity where no limit is known. */
  readonly maxBytes: number;
  /** Over the last ten minutes of data. 0 where there is none. */
  readonly samplesPerSecond: number;
  readonly bytesPerSample: number;
  /** How many hours of the present rate fit into maxBytes; undefined while nothing flows or without a limit. */
  readonly hoursOfBuffer?: number;
  /** Time of the oldest record of any kind; undefined when empty. */
  readonly oldest?: number;
  readonly lastGap?: Gap;
  /** Each receiver's cursors, as its uplink stores them. */
  readonly cursors: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const RATE_WINDOW_MS = 10 * 60_000;

export function readStatus(tables: Tables, heads: (stream: Stream) => number, maxBytes: number): JournalStatus {
  const { database } = tables;
  const row = database
    .prepare<[number], { samples: number; bytes: number; first: number | null; last: number | null }>(
      `SELECT coalesce(sum(samples), 0) AS samples, coalesce(sum(length(body)), 0) AS bytes,
       min(first_time) AS first, max(last_time) AS last
       FROM block WHERE first >= (SELECT coalesce(min(first), 0) FROM (SELECT first FROM block ORDER BY first DESC LIMIT 2400))
       AND last_time > ?`,
    )
    .get((tables.blocks.youngest()?.last_time ?? 0) - RATE_WINDOW_MS) ?? {
    samples: 0,
    bytes: 0,
    first: null,
    last: null,
  };
  const seconds = ((row.last ?? 0) - (row.first ?? 0)) / 1000;
  const bytesPerSecond = seconds > 0 ? row.bytes / seconds : 0;
  const gap = lastGap(tables);
  const oldest = oldestTime(tables);
  return {
    streams: perStream((stream) => ({
      head: heads(stream),
      tail: endsOf(tables, stream)?.first ?? heads(stream) + 1,
    })),
    samples: Number(database.prepare('SELECT coalesce(sum(samples), 0) FROM block').pluck().get()),
    bytes: fileBytes(tables.file),
    maxBytes,
    samplesPerSecond: seconds > 0 ? row.samples / seconds : 0,
    bytesPerSample: row.samples > 0 ? row.bytes / row.samples : 0,
    ...(bytesPerSecond > 0 && Number.isFinite(maxBytes) ? { hoursOfBuffer: maxBytes / bytesPerSecond / 3600 } : {}),
    ...(oldest === undefined ? {} : { oldest }),
    cursors: tables.cursors.all(),
    ...(gap === undefined ? {} : { lastGap: gap.body }),
  };
}

/** Seconds until `undelivered` samples are gone at `samplesPerSecond` upstream while new ones keep coming; Infinity if never. */
export function drainSeconds(undelivered: number, samplesPerSecond: number, status: JournalStatus): number {
  const gain = samplesPerSecond - status.samplesPerSecond;
  if (undelivered <= 0) return 0;
  return gain > 0 ? undelivered / gain : Infinity;
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

export const logBytes = (file: string): number => sizeOf(`${file}-wal`);

const fileBytes = (file: string): number => sizeOf(file) + logBytes(file);

function oldestTime(tables: Tables): number | undefined {
  const time = tables.database
    .prepare(
      `SELECT min(time) FROM (SELECT min(time) AS time FROM record
       UNION ALL SELECT * FROM (SELECT first_time FROM block ORDER BY first LIMIT 1))`,
    )
    .pluck()
    .get();
  return time === null || time === undefined ? undefined : Number(time);
}
