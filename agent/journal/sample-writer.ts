import type { Clock } from '#agent/model/clock.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SampleBatch } from './block-codec/sample-batch.ts';
import type { RecentBatches } from './recent-batches.ts';
import type { RecordClock } from './record-clock.ts';
import type { Sequence } from './sequence.ts';
import type { Store } from './store.ts';

/** The most samples in one record: small enough for one message upstream, large enough to compress. */
export const MAX_RECORD_SAMPLES = 4096;

export interface SampleWriterParts {
  readonly store: Store;
  readonly sequence: Sequence;
  readonly recordClock: RecordClock;
  readonly recent: RecentBatches;
  readonly clock: Clock;
}

/** Collects samples into records and stores these in groups. */
export class SampleWriter {
  readonly #parts: SampleWriterParts;
  #pending: Sample[] = [];
  #since = 0;

  constructor(parts: SampleWriterParts) {
    this.#parts = parts;
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** How long the oldest sample has waited, in milliseconds; 0 when none waits. */
  get waitedMs(): number {
    return this.#pending.length === 0 ? 0 : this.#parts.clock.monotonic() - this.#since;
  }

  /** True if a record is full: then the caller flushes. */
  append(samples: readonly Sample[]): boolean {
    if (this.#pending.length === 0) this.#since = this.#parts.clock.monotonic();
    for (const sample of samples) this.#pending.push(sample);
    return this.#pending.length >= MAX_RECORD_SAMPLES;
  }

  /** Commits what waits, in one transaction. Returns how many records that made. */
  flush(): number {
    if (this.#pending.length === 0) return 0;
    const { store, sequence, recordClock, recent } = this.#parts;
    const samples = this.#pending;
    const count = Math.ceil(samples.length / MAX_RECORD_SAMPLES);
    sequence.reserve('sample', count);
    const time = recordClock.next();
    const batches = Array.from({ length: count }, (_, i): SampleBatch => ({
      seq: sequence.heads.sample + 1 + i,
      time,
      samples: samples.slice(i * MAX_RECORD_SAMPLES, (i + 1) * MAX_RECORD_SAMPLES),
    }));
    store.batched.database
      .transaction(() => {
        for (const batch of batches) store.batched.blocks.insert([batch]);
      })
      .immediate();
    store.dictionary.saved();
    sequence.heads.sample += count;
    this.#pending = [];
    recent.add(batches);
    return count;
  }
}
