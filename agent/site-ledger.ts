import type { AlarmStep } from '#agent/alarms/step.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { StateChange } from '#agent/journal/state-table.ts';
import type { Draft, JournalRecord } from '#agent/model/record.ts';

/** Belongs on disk together, or not at all. */
export interface LedgerEntry {
  /** Transitions and memory of the alarm engine. */
  readonly step?: AlarmStep;
  /** Further records, numbered after the transitions. */
  readonly drafts?: readonly Draft[];
  readonly state?: readonly StateChange[];
}

export interface Ledger {
  readonly enter: (entry: LedgerEntry) => void;
  /** Tries again what could not be committed. */
  readonly settle: () => void;
  readonly isWaiting: boolean;
}

export interface LedgerOptions {
  readonly journal: Pick<Journal, 'commit'>;
  /** Records that are on disk now, in order. */
  readonly onCommitted: (records: readonly JournalRecord[]) => void;
  readonly onTrouble: (text: string, cause: unknown) => void;
  /** So many entries were given up. */
  readonly onLost: (entries: number) => void;
}

/** Where alarms remember; one key an alarm. */
export const ALARM_SCOPE = 'alarm';
/** Entries that could not be committed wait; beyond this the oldest knowledge is the least useful. */
const MAX_WAITING = 10_000;

/** Puts an entry on disk, and only then tells. One that the journal does not take keeps its place in the queue. */
export function createLedger({ journal, onCommitted, onTrouble, onLost }: LedgerOptions): Ledger {
  const waiting: { readonly drafts: readonly Draft[]; readonly state: readonly StateChange[] }[] = [];

  const settle = (): void => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      let records;
      try {
        records = journal.commit(next.drafts, next.state);
      } catch (cause) {
        onTrouble(`the journal took no record, ${waiting.length} steps wait`, cause);
        if (waiting.length > MAX_WAITING) onLost(waiting.splice(0, waiting.length - MAX_WAITING).length);
        return;
      }
      waiting.shift();
      onCommitted(records);
    }
  };

  return {
    enter: ({ step, drafts = [], state = [] }) => {
      const transitions = step?.transitions ?? [];
      const memory = step?.memory ?? [];
      const all = {
        drafts: [...transitions.map((body): Draft => ({ stream: 'alarm', body })), ...drafts],
        state: [...memory.map((value) => ({ scope: ALARM_SCOPE, key: value.alarm, value })), ...state],
      };
      if (all.drafts.length > 0 || all.state.length > 0) waiting.push(all);
      settle();
    },
    settle,
    get isWaiting() {
      return waiting.length > 0;
    },
  };
}
