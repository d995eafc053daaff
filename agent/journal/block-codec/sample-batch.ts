import type { Sample } from '#agent/model/sample.ts';

/** One record of stream `sample`, as the codec takes and gives it. */
export interface SampleBatch {
  readonly seq: number;
  /** UTC ms of the commit. */
  readonly time: number;
  /** In the order in which they were received. */
  readonly samples: readonly Sample[];
}
