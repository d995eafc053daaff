import type { SampleBatch } from './block-codec/sample-batch.ts';

/** The youngest committed records of samples, still in memory: an uplink that keeps up costs no decoding. */
export class RecentBatches {
  readonly #maxSamples: number;
  #batches: SampleBatch[] = [];
  #samples = 0;

  constructor(maxSamples: number) {
    this.#maxSamples = maxSamples;
  }

  add(batches: readonly SampleBatch[]): void {
    for (const batch of batches) {
      this.#batches.push(batch);
      this.#samples += batch.samples.length;
    }
    while (this.#batches.length > 1 && this.#samples > this.#maxSamples) {
      this.#samples -= this.#batches.shift()?.samples.length ?? 0;
    }
  }

  /** Records above `after` and below `before`; undefined where that range does not lie wholly in memory. */
  read(after: number, before: number, limit: number): SampleBatch[] | undefined {
    const oldest = this.#batches[0];
    if (oldest === undefined || after + 1 < oldest.seq) return undefined;
    const start = after + 1 - oldest.seq;
    return this.#batches.slice(start, start + limit).filter((batch) => batch.seq < before);
  }
}
