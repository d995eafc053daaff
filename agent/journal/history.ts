import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { readColumns, sampleAt, type BlockColumns } from './block-codec/decode-block.ts';
import { blockCheckSum } from './check-sum.ts';
import { restamped, restampsIn, type Restamp } from './restamp.ts';
import type { Tables } from './store.ts';

export interface HistoryQuery {
  readonly points: readonly PointId[];
  /** Source time, UTC ms, inclusive. */
  readonly from: number;
  /** Source time, UTC ms, exclusive. */
  readonly to: number;
  /** The most samples in one page. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: HistoryPosition;
}

/** A place in stream sample: behind the sample `index` (from 0) of record `seq`. */
export interface HistoryPosition {
  readonly seq: number;
  readonly index: number;
}

export interface HistoryPage {
  /** In the order in which they were received; committed ones only. */
  readonly samples: readonly Sample[];
  /**
   * Where the next page goes on; absent on the last. A page may hold fewer samples than the limit, or none, and still
   * have a next one: the call ends after some tens of milliseconds, so that it never stands in an alarm's way. Stays
   * valid for ever.
   */
  readonly next?: HistoryPosition;
}

/** Samples decoded for one page, wanted or not. */
const DECODED_PER_PAGE = 131_072;
const BEGINNING: HistoryPosition = { seq: 0, index: -1 };

/** A block that is damaged is left out; reading the stream tells of it. */
export function readHistory(tables: Tables, query: HistoryQuery): HistoryPage {
  const { dictionary } = tables;
  const wanted = new Set(query.points.map(dictionary.known).filter((number) => number !== undefined));
  const samples: Sample[] = [];
  if (wanted.size === 0) return { samples };
  const restamps = restampsIn(tables.state);
  let decoded = 0;
  for (const first of blocksWithin(tables, query, restamps)) {
    const [row] = tables.blocks.rows(first - 1, first + 1, 1);
    if (row === undefined || blockCheckSum(row.first, row.last, row.body) !== row.check_sum) continue;
    const columns = readColumns(row.body);
    for (const position of matches(columns, query.after, wanted)) {
      const sample = restamped(sampleAt(columns, position.at, dictionary.pointOf), position.seq, restamps);
      if (sample.sourceTime < query.from || sample.sourceTime >= query.to) continue;
      samples.push(sample);
      if (samples.length >= query.limit) return { samples, next: { seq: position.seq, index: position.index } };
    }
    decoded += columns.order.members.length;
    if (decoded >= DECODED_PER_PAGE) return { samples, next: { seq: row.last, index: Number.MAX_SAFE_INTEGER } };
  }
  return { samples };
}

/** From the index alone: bodies are read one at a time, and none beyond the page. */
function blocksWithin(
  { database }: Tables,
  { from, to, after = BEGINNING }: HistoryQuery,
  restamps: readonly Restamp[],
): number[] {
  const byTime = database
    .prepare<[number, number], number>('SELECT first FROM block WHERE to_time >= ? AND from_time < ?')
    .pluck();
  const byNumber = database
    .prepare<[number, number, number, number], number>(
      'SELECT first FROM block WHERE last >= ? AND first <= ? AND to_time >= ? AND from_time < ?',
    )
    .pluck();
  const stamped = restamps.flatMap((each) => {
    const addMs = each.after - each.before;
    return byNumber.all(each.first, each.last, from - addMs, to - addMs);
  });
  const firsts = [...new Set([...byTime.all(from, to), ...stamped])].sort((a, b) => a - b);
  // The block that holds the place may begin before it, and there is one such block at most.
  const behind = firsts.findLastIndex((first) => first <= after.seq);
  return firsts.slice(Math.max(behind, 0));
}

interface Match extends HistoryPosition {
  /** Place within the block, in order of arrival. */
  readonly at: number;
}

function* matches(
  columns: BlockColumns,
  after: HistoryPosition = BEGINNING,
  wanted: ReadonlySet<number>,
): Generator<Match> {
  const isWanted = columns.order.numbers.map((number) => wanted.has(number));
  if (!isWanted.includes(true)) return;
  let start = 0;
  for (const { seq, length } of columns.head) {
    const skip = seq < after.seq ? length : seq === after.seq ? after.index + 1 : 0;
    for (let index = skip; index < length; index++) {
      const at = start + index;
      if (isWanted[columns.order.members[at] ?? 0] !== true) continue;
      yield { seq, index, at };
    }
    start += length;
  }
}
