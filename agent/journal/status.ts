import { statSync } from 'node:fs';
import type { Gap } from '#agent/model/event.ts';
import type { Stream } from '#agent/model/record.ts';
import { endsOf, lastGap, type Tables } from './store.ts';
import { DURABLE_STREAMS, perStream, type PerStream } from './streams.ts';

interface StreamStatus {
  /** Highest seq ever used; 0 when none was. */
  readonly head: number;
  /** Lowest seq still kept; head + 1 when nothing is. */
  readonly tail: number;
}

/** The journal in the operator's terms, as far as it is cheap to tell each second. Times are UTC ms. */
export interface JournalFigures {
  readonly streams: PerStream<StreamStatus>;
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

/** With what only a look at every block tells. */
export interface JournalStatus extends JournalFigures {
  /** Samples in stream `sample`. */
  readonly samples: number;
}

const RATE_WINDOW_MS = 10 * 60_000;

export const readStatus = (tables: Tables, heads: (stream: Stream) => number, maxBytes: number): JournalStatus => ({
  ...readFigures(tables, heads, maxBytes),
  samples: Number(tables.database.prepare('SELECT coalesce(sum(samples), 0) FROM block').pluck().get()),
});

export function readFigures(tables: Tables, heads: (stream: Stream) => number, maxBytes: number): JournalFigures {
  const { samplesPerSecond, bytesPerSecond, bytesPerSample } = recentRate(tables);
  const gap = lastGap(tables);
  const oldest = oldestTime(tables);
  return {
    streams: perStream((stream) => ({
      head: heads(stream),
      tail: endsOf(tables, stream)?.first ?? heads(stream) + 1,
    })),
    bytes: fileBytes(tables.file),
    maxBytes,
    samplesPerSecond,
    bytesPerSample,
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

function oldestTime({ records, blocks }: Tables): number | undefined {
  const times = DURABLE_STREAMS.flatMap((stream) => {
    const first = records.ends(stream)?.first;
    const row = first === undefined ? undefined : records.rows(stream, first - 1, first + 1, 1)[0];
    return row ? [row.time] : [];
  });
  const [block] = blocks.oldest(1);
  if (block) times.push(block.first_time);
  return times.length === 0 ? undefined : Math.min(...times);
}

interface Rate {
  readonly samplesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly bytesPerSample: number;
}

/** Of the last ten minutes that hold data, youngest first: the rest of the table is not touched. */
function recentRate({ blocks }: Tables): Rate {
  const until = blocks.youngest()?.last_time ?? 0;
  let samples = 0;
  let bytes = 0;
  let from = until;
  for (const row of blocks.fromYoungest()) {
    if (row.last_time <= until - RATE_WINDOW_MS) break;
    samples += row.samples;
    bytes += row.bytes;
    from = row.first_time;
  }
  const seconds = (until - from) / 1000;
  return {
    samplesPerSecond: seconds > 0 ? samples / seconds : 0,
    bytesPerSecond: seconds > 0 ? bytes / seconds : 0,
    bytesPerSample: samples > 0 ? bytes / samples : 0,
  };
}
