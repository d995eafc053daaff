import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { readColumns, sampleAt } from './block-codec/decode-block.ts';
import type { BlockRow } from './block-table.ts';
import { blockCheckSum } from './check-sum.ts';
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

/** A place in stream sample: behind the sample `index` of the stored row that begins with record `seq`. */
export interface HistoryPosition {
  readonly seq: number;
  readonly index: number;
}

export interface HistoryPage {
  /** In the order in which they were received; committed ones only. */
  readonly samples: readonly Sample[];
  /** Where the next page goes on; absent on the last. Stays valid for an hour at least, unless the samples expire. */
  readonly next?: HistoryPosition;
}

export function readHistory(tables: Tables, query: HistoryQuery): HistoryPage {
  const wanted = new Set(
    query.points.map((point) => tables.dictionary.known(point)).filter((number) => number !== undefined),
  );
  const samples: Sample[] = [];
  const { seq: fromSeq = 0, index: afterIndex = -1 } = query.after ?? {};
  if (wanted.size === 0) return { samples };
  const rows = tables.database
    .prepare<[number, number, number], BlockRow>(
      `SELECT first, last, check_sum, body FROM block
       WHERE to_time >= ? AND from_time < ? AND last >= ? ORDER BY first`,
    )
    .iterate(query.from, query.to, fromSeq);
  for (const row of rows) {
    if (blockCheckSum(row.first, row.last, row.body) !== row.check_sum) continue;
    const columns = readColumns(row.body);
    const members = columns.order.numbers.map((number) => wanted.has(number));
    const skip = row.first === fromSeq ? afterIndex : -1;
    for (const [i, member] of columns.order.members.entries()) {
      if (i <= skip || members[member] !== true) continue;
      const time = columns.times.source[i] ?? 0;
      if (time < query.from || time >= query.to) continue;
      samples.push(sampleAt(columns, i, tables.dictionary.pointOf));
      if (samples.length >= query.limit) return { samples, next: { seq: row.first, index: i } };
    }
  }
  return { samples };
}
