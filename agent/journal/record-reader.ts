import type { ReceiverId } from '#agent/model/ids.ts';
import type { JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import { decodeBlock } from './block-codec/decode-block.ts';
import type { SampleBatch } from './block-codec/sample-batch.ts';
import type { BlockRow } from './block-table.ts';
import { blockCheckSum } from './check-sum.ts';
import type { RecentBatches } from './recent-batches.ts';
import { toRecord } from './record-table.ts';
import type { Sequence } from './sequence.ts';
import { endsOf, type Store } from './store.ts';

/** Records that can't be read any more: their bytes are not what was written. */
export interface DamagedRange {
  readonly stream: Stream;
  readonly first: number;
  readonly last: number;
}

/** How many decoded blocks are kept, for receivers that catch up at different places. */
const DECODED_BLOCKS = 4;

/** Reads records back. A damaged record is left out and told to `onDamaged`; its neighbours are served. */
export class StoreReader implements RecordReader {
  readonly #store: Store;
  readonly #sequence: Sequence;
  readonly #recent: RecentBatches;
  readonly #onDamaged: (range: DamagedRange) => void;
  readonly #decoded = new Map<string, SampleBatch[]>();

  constructor(store: Store, sequence: Sequence, recent: RecentBatches, onDamaged: (range: DamagedRange) => void) {
    this.#store = store;
    this.#sequence = sequence;
    this.#recent = recent;
    this.#onDamaged = onDamaged;
  }

  head(stream: Stream): number {
    return this.#sequence.heads[stream];
  }

  tail(stream: Stream): number {
    return endsOf(this.#store, stream)?.first ?? this.#sequence.heads[stream] + 1;
  }

  read(stream: Stream, after: number, limit: number, before: number = Number.MAX_SAFE_INTEGER): JournalRecord[] {
    if (stream === 'sample') return this.#readSamples(after, limit, before);
    const records: JournalRecord[] = [];
    let from = after;
    while (records.length < limit) {
      const rows = this.#store.batched.records.rows(stream, from, before, limit - records.length);
      for (const row of rows) {
        const record = toRecord(stream, row);
        if (record) records.push(record);
        else this.#onDamaged({ stream, first: row.seq, last: row.seq });
        from = row.seq;
      }
      if (rows.length === 0) break;
    }
    return records;
  }

  #readSamples(after: number, limit: number, before: number): JournalRecord[] {
    const found = this.#recent.read(after, before, limit) ?? this.#storedBatches(after, limit, before);
    return found.map(({ seq, time, samples }) => ({ stream: 'sample', seq, time, body: samples }));
  }

  #storedBatches(after: number, limit: number, before: number): SampleBatch[] {
    const found: SampleBatch[] = [];
    let from = after;
    while (found.length < limit) {
      const row = this.#store.batched.blocks.rows(from, before, 1)[0];
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
    const batches = decodeRow(row, this.#store);
    if (batches === undefined) {
      this.#onDamaged({ stream: 'sample', first: row.first, last: row.last });
      return [];
    }
    for (const oldest of this.#decoded.keys()) {
      if (this.#decoded.size < DECODED_BLOCKS) break;
      this.#decoded.delete(oldest);
    }
    this.#decoded.set(key, batches);
    return batches;
  }

  cursors(receiver: ReceiverId): ReadonlyMap<string, string> {
    return this.#store.batched.cursors.of(receiver);
  }

  setCursors(receiver: ReceiverId, entries: ReadonlyMap<string, string>): void {
    this.#store.batched.cursors.set(receiver, entries);
  }
}

/** The records of a row; undefined where its bytes are not what was written. */
export function decodeRow(row: BlockRow, store: Pick<Store, 'dictionary'>): SampleBatch[] | undefined {
  if (blockCheckSum(row.first, row.last, row.body) !== row.check_sum) return undefined;
  try {
    return decodeBlock(row.body, store.dictionary.pointOf);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
