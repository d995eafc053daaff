import type { Gap } from '#agent/model/event.ts';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import { decodeBlock } from './block-codec/decode-block.ts';
import type { SampleBatch } from './block-codec/sample-batch.ts';
import type { BlockRow } from './block-table.ts';
import { blockCheckSum } from './check-sum.ts';
import type { DiskGuard } from './disk-guard.ts';
import { diskTrouble } from './disk-trouble.ts';
import type { HeldRecords } from './held-records.ts';
import { walkReadable, type ReadAfter } from './key-walk.ts';
import type { RecentBatches } from './recent-batches.ts';
import { toRecord } from './record-table.ts';
import type { LostRange, SeqRange } from './seq-range.ts';
import type { Sequence } from './sequence.ts';
import { endsOf, type Store, type Tables } from './store.ts';

/** Records that can't be read any more: their bytes are not what was written. */
export type DamagedRange = LostRange;

export interface ReaderParts {
  readonly store: Store;
  readonly sequence: Sequence;
  readonly recent: RecentBatches;
  readonly held: HeldRecords;
  readonly guard: DiskGuard;
  readonly onDamaged: (range: DamagedRange) => void;
}

/** What a receiver is told of records that it will never get. `now`: UTC ms. */
export const damagedGap = ({ stream, first, last }: DamagedRange, now: number): Gap => ({
  from: now,
  to: now,
  reason: 'damaged',
  records: { stream, first, last },
  text: `Records ${first} to ${last} of stream ${stream} are not what was written: the file was damaged.`,
  flags: 0,
});

/** How many decoded blocks are kept, for receivers that catch up at different places. */
const DECODED_BLOCKS = 4;

const MAX_TOLD = 10_000;

/** Reads records back. A damaged record is left out and told to `onDamaged`; its neighbours are served. */
export class StoreReader implements RecordReader {
  readonly #parts: ReaderParts;
  /** Told once: a receiver may ask for the same range again and again. */
  readonly #told = new Set<string>();
  /** Cursors that the disk refuses: lost with the process, then records repeat. */
  readonly #unsaved = new Map<ReceiverId, Map<string, string>>();
  readonly #decoded = new Map<string, SampleBatch[]>();

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  head(stream: Stream): number {
    return this.#parts.sequence.heads[stream];
  }

  tail(stream: Stream): number {
    return endsOf(this.#parts.store.batched, stream)?.first ?? this.#parts.sequence.heads[stream] + 1;
  }

  read(stream: Stream, after: number, limit: number, before: number = Number.MAX_SAFE_INTEGER): JournalRecord[] {
    if (stream === 'sample') return this.#readSamples(after, limit, before);
    const records: JournalRecord[] = [];
    let from = after;
    while (records.length < limit) {
      const rows = this.#rows(
        { stream, after: from, limit: limit - records.length },
        (after, count) => this.#parts.store.batched.records.rows(stream, after, before, count),
        (row) => ({ first: row.seq, last: row.seq }),
      );
      for (const row of rows) {
        const record = toRecord(stream, row);
        if (record) records.push(record);
        else this.#tellDamaged({ stream, first: row.seq, last: row.seq });
        from = row.seq;
      }
      if (rows.length === 0) break;
    }
    for (const record of this.#parts.held.read(stream, from, before)) if (records.length < limit) records.push(record);
    return records;
  }

  #readSamples(after: number, limit: number, before: number): JournalRecord[] {
    const found = this.#parts.recent.read(after, before, limit) ?? this.#storedBatches(after, limit, before);
    return found.map(({ seq, time, samples }) => ({ stream: 'sample', seq, time, body: samples }));
  }

  #storedBatches(after: number, limit: number, before: number): SampleBatch[] {
    const found: SampleBatch[] = [];
    let from = after;
    while (found.length < limit) {
      const [row] = this.#rows(
        { stream: 'sample', after: from, limit: 1 },
        (after, count) => this.#parts.store.batched.blocks.rows(after, before, count),
        ({ first, last }) => ({ first, last }),
      );
      if (row === undefined) break;
      for (const batch of this.#batchesOf(row)) {
        if (batch.seq > after && batch.seq < before && found.length < limit) found.push(batch);
      }
      from = row.last;
    }
    return found;
  }

  #batchesOf(row: BlockRow): SampleBatch[] {
    const key = `${row.first}-${row.last}`;
    const known = this.#decoded.get(key);
    if (known) return known;
    const batches = decodeRow(row, this.#parts.store.batched);
    if (batches === undefined) {
      this.#tellDamaged({ stream: 'sample', first: row.first, last: row.last });
      return [];
    }
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size < DECODED_BLOCKS) break;
      this.#decoded.delete(oldest);
    }
    this.#decoded.set(key, batches);
    return batches;
  }

  /** Where a page of the file can't be read: goes on behind it, and tells what lies between. */
  #rows<Row>(
    wanted: { readonly stream: Stream; readonly after: number; readonly limit: number },
    read: ReadAfter<Row>,
    rangeOf: (row: Row) => SeqRange,
  ): Row[] {
    const { stream, after, limit } = wanted;
    try {
      return read(after, limit);
    } catch (error) {
      if (diskTrouble(error) !== 'damaged') throw error;
    }
    const found: Row[] = [];
    let expected = after + 1;
    for (const row of walkReadable(read, (each) => rangeOf(each).last, after)) {
      const { first, last } = rangeOf(row);
      if (first > expected) this.#tellDamaged({ stream, first: expected, last: first - 1 });
      expected = last + 1;
      if (found.push(row) >= limit) return found;
    }
    if (expected <= this.head(stream)) this.#tellDamaged({ stream, first: expected, last: this.head(stream) });
    return found;
  }

  #tellDamaged(range: DamagedRange): void {
    const key = `${range.stream} ${range.first}`;
    if (this.#told.has(key)) return;
    if (this.#told.size < MAX_TOLD) this.#told.add(key);
    this.#parts.onDamaged(range);
  }

  cursors(receiver: ReceiverId): ReadonlyMap<string, string> {
    return new Map([...this.#parts.store.batched.cursors.of(receiver), ...(this.#unsaved.get(receiver) ?? [])]);
  }

  setCursors(receiver: ReceiverId, entries: ReadonlyMap<string, string>): void {
    const waiting = new Map([...(this.#unsaved.get(receiver) ?? []), ...entries]);
    const { guard, store } = this.#parts;
    if (guard.attempt(() => store.batched.cursors.set(receiver, waiting))) this.#unsaved.delete(receiver);
    else this.#unsaved.set(receiver, waiting);
  }
}

/** The records of a row; undefined where its bytes are not what was written. */
export function decodeRow(row: BlockRow, tables: Pick<Tables, 'dictionary'>): SampleBatch[] | undefined {
  if (blockCheckSum(row.first, row.last, row.body) !== row.check_sum) return undefined;
  try {
    return decodeBlock(row.body, tables.dictionary.pointOf);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
