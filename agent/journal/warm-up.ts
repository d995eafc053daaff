import type { JournalRecord } from '#agent/model/record.ts';
import { PACK_SAMPLES, type BlockPacker } from './block-packer.ts';
import type { SampleBatch } from './block-codec/sample-batch.ts';
import type { RecentBatches } from './recent-batches.ts';
import type { StoreReader } from './record-reader.ts';
import type { RollupKeeper } from './rollup/rollup-keeper.ts';
import type { Store } from './store.ts';

export interface WarmUpParts {
  readonly store: Store;
  readonly reader: StoreReader;
  readonly recent: RecentBatches;
  readonly packer: BlockPacker;
  readonly rollups: RollupKeeper;
}

/** How far back is counted again: bounds the time of a start where a source clock keeps an old period open. */
const MAX_RECOUNT_RECORDS = 4096;

/** Finds again what the last run had in memory: periods being counted, records not packed yet. */
export function warmUp({ store, reader, recent, packer, rollups }: WarmUpParts): void {
  const head = reader.head('sample');
  const stored = store.batched.blocks.ends()?.last ?? 0;
  const unpacked = store.batched.blocks.unpackedFrom(PACK_SAMPLES, stored);
  const uncounted = Math.max(rollups.recountFrom, head - MAX_RECOUNT_RECORDS, 1);
  rollups.recount(batchesFrom(reader, uncounted));
  for (const batch of batchesFrom(reader, unpacked)) {
    packer.add([batch]);
    if (stored === head) recent.add([batch]);
  }
}

/** Records from `seq` on. All of them are read before the first is used: `recent` must not grow under the reader. */
function batchesFrom(reader: StoreReader, seq: number): SampleBatch[] {
  const batches: SampleBatch[] = [];
  for (let after = seq - 1; ;) {
    const records = reader.read('sample', after, 64);
    const end = records.at(-1);
    if (end === undefined) return batches;
    batches.push(...records.filter(isSampleRecord).map((record) => ({ ...record, samples: record.body })));
    after = end.seq;
  }
}

const isSampleRecord = (record: JournalRecord): record is JournalRecord & { readonly stream: 'sample' } =>
  record.stream === 'sample';
