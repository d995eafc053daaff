import type { AlarmMemory } from '#agent/alarms/memory.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { Draft, JournalRecord } from '#agent/model/record.ts';

/** What one step of the site puts on disk, all or nothing. */
export interface Step {
  readonly drafts: readonly Draft[];
  readonly memory: readonly AlarmMemory[];
}

export interface StepQueueParts {
  readonly journal: Pick<Journal, 'commit'>;
  readonly clock: Clock;
  /** Hears what is committed, in order. */
  readonly committed: (records: readonly JournalRecord[]) => void;
  /** Hears why nothing is taken, once until something is again. */
  readonly refused: (cause: unknown, waiting: number) => void;
  /** Hears what was given up: steps that can't be written at all, or that waited behind too many others. */
  readonly givenUp: (steps: number, cause: unknown) => void;
}

/** The key under which the journal keeps the memory of alarms. */
export const ALARM_SCOPE = 'alarm';

/** Steps that could not be committed wait here and are tried again; beyond this the oldest knowledge is the least useful. */
const MAX_PENDING = 10_000;

/**
 * Puts steps on disk in their order. A step that the journal does not take now keeps its place and is tried again; one
 * that can never be written is given up alone, or it would hold back every alarm after it.
 */
export class StepQueue {
  readonly #parts: StepQueueParts;
  readonly #pending: Step[] = [];
  #isRefused = false;
  #lost: Gap | undefined;

  constructor(parts: StepQueueParts) {
    this.#parts = parts;
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  add(step: Step): void {
    if (step.drafts.length > 0 || step.memory.length > 0) this.#pending.push(step);
    this.settle();
  }

  /** Tries what waits. */
  settle(): void {
    const { journal, committed, refused } = this.#parts;
    for (let next = this.#pending[0]; next; next = this.#pending[0]) {
      const state = next.memory.map((value) => ({ scope: ALARM_SCOPE, key: value.alarm, value }));
      let records;
      try {
        records = journal.commit(next.drafts, state);
      } catch (cause) {
        if (isUnsayable(next)) {
          this.#giveUp(1, cause);
          continue;
        }
        if (!this.#isRefused) refused(cause, this.#pending.length);
        this.#isRefused = true;
        const surplus = this.#pending.length - MAX_PENDING;
        if (surplus > 0) this.#giveUp(surplus, cause);
        return;
      }
      this.#isRefused = false;
      this.#pending.shift();
      committed(records);
      if (this.#lost) this.#pending.push({ drafts: [{ stream: 'gap', body: this.#lost }], memory: [] });
      this.#lost = undefined;
    }
  }

  /** What is given up is stated in a gap, as soon as the journal takes anything. */
  #giveUp(count: number, cause: unknown): void {
    const drafts = this.#pending.splice(0, count).flatMap((step) => step.drafts);
    const now = this.#parts.clock.now();
    const simulated = drafts.every(({ body }) => 'flags' in body && (body.flags & Flag.sim) !== 0) ? Flag.sim : 0;
    const lost = (this.#lost?.lost ?? 0) + drafts.length;
    this.#lost = {
      from: this.#lost?.from ?? now,
      to: now + 1,
      reason: 'overload',
      lost,
      text: `${lost} alarm transitions, events and gaps could not be written and were given up.`,
      flags: (this.#lost?.flags ?? Flag.sim) & simulated,
    };
    this.#parts.givenUp(count, cause);
  }
}

/** JSON can't say it, so no journal ever will. */
function isUnsayable(step: Step): boolean {
  try {
    JSON.stringify(step);
    return false;
  } catch {
    return true;
  }
}
