import type { Sample } from '#agent/model/sample.ts';
import type { DurableRecord } from './held-records.ts';
import type { StateChange } from './state-table.ts';

/** What a damaged file did not take: already numbered records, state, and samples that have no number yet. */
export interface Rescued {
  readonly records: readonly DurableRecord[];
  readonly state: readonly StateChange[];
  readonly samples: readonly Sample[];
}
