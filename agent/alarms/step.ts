import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { AlarmMemory } from './memory.ts';
import type { RefusalReason } from './state-table.ts';

/**
 * What one call of the engine changed. Both belong into one journal transaction; nobody may hear of a transition before
 * it is on disk with its memory. Both are empty for the many calls that change nothing.
 */
export interface AlarmStep {
  /** In the order in which they happened. */
  readonly transitions: readonly AlarmTransition[];
  /** The new state of every alarm that changed, also where nothing is to be told (a delay began). */
  readonly memory: readonly AlarmMemory[];
}

export const noStep: AlarmStep = Object.freeze({ transitions: Object.freeze([]), memory: Object.freeze([]) });

/** The answer to a person: done, or refused with the reason. Never a silent nothing. */
export type Answer =
  | { readonly accepted: true; readonly step: AlarmStep }
  /** `text` is one sentence for the person. `step` holds what was due anyway when the question came. */
  | { readonly accepted: false; readonly reason: RefusalReason; readonly text: string; readonly step: AlarmStep };
