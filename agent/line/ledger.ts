import type { AlarmStep } from '#agent/alarms/step.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { StateChange } from '#agent/journal/state-table.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
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
  readonly clock: Clock;
  /** What holds for all that people do at this site; see {@link AuditEntry.flags}. */
  readonly siteFlags?: () => number;
  /** Records that are on disk now, in order. */
  readonly onCommitted: (records: readonly JournalRecord[]) => void;
  /** The journal takes nothing: told once, until it does again. Or an entry is given up, and why. */
  readonly onTrouble: (text: string, cause: unknown) => void;
  /** So many entries were given up. A gap says so, as soon as the journal takes anything. */
  readonly onLost: (entries: number) => void;
}

/** Where alarms remember; one key an alarm. */
export const ALARM_SCOPE = 'alarm';
/** Entries that could not be committed wait; beyond this the oldest knowledge is the least useful. */
const MAX_WAITING = 10_000;

interface Waiting {
  readonly drafts: readonly Draft[];
  readonly state: readonly StateChange[];
}

/**
 * Puts an entry on disk, and only then tells. One that the journal does not take now keeps its place in the queue; one
 * that can never be written is given up alone, or it would hold back every alarm after it.
 */
export function createLedger(options: LedgerOptions): Ledger {
  const { journal, clock, siteFlags = () => 0, onCommitted, onTrouble, onLost } = options;
  const waiting: Waiting[] = [];
  let isRefused = false;
  let lost: Gap | undefined;

  const giveUp = (count: number, cause: unknown): void => {
    lost = gapOf(waiting.splice(0, count), clock.now(), lost);
    onTrouble(`${count} entries of the journal are given up`, cause);
    onLost(count);
  };

  const settle = (): void => {
    for (let next = waiting[0]; next; next = waiting[0]) {
      let records;
      try {
        records = journal.commit(next.drafts, next.state);
      } catch (cause) {
        if (isUnsayable(next)) {
          giveUp(1, cause);
          continue;
        }
        if (!isRefused) onTrouble('the journal takes no record, they wait', cause);
        isRefused = true;
        if (waiting.length > MAX_WAITING) giveUp(waiting.length - MAX_WAITING, cause);
        return;
      }
      isRefused = false;
      waiting.shift();
      onCommitted(records);
      if (lost) waiting.push({ drafts: [{ stream: 'gap', body: lost }], state: [] });
      lost = undefined;
    }
  };

  return {
    enter: ({ step, drafts = [], state = [] }) => {
      const transitions = step?.transitions ?? [];
      const memory = step?.memory ?? [];
      const all = {
        drafts: [
          ...transitions.map((body): Draft => ({ stream: 'alarm', body })),
          ...drafts.map((draft) => marked(draft, siteFlags())),
        ],
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

/** What somebody did at a simulated site must not pass for a deed at a real one. */
const marked = (draft: Draft, flags: number): Draft =>
  draft.stream === 'audit' && flags !== 0 ? { ...draft, body: { ...draft.body, flags } } : draft;

/** JSON can't say it, so no journal ever will. */
function isUnsayable(entry: Waiting): boolean {
  try {
    JSON.stringify(entry);
    return false;
  } catch {
    return true;
  }
}

/** Says what was given up, together with what was before. */
function gapOf(entries: readonly Waiting[], now: number, before: Gap | undefined): Gap {
  const drafts = entries.flatMap((entry) => entry.drafts);
  const isSimulated = drafts.every(({ body }) => 'flags' in body && (body.flags & Flag.sim) !== 0);
  const lost = (before?.lost ?? 0) + drafts.length;
  return {
    from: before?.from ?? now,
    to: now + 1,
    reason: 'overload',
    lost,
    text: `${lost} alarm transitions, events and gaps could not be written and were given up.`,
    flags: (before?.flags ?? Flag.sim) & (isSimulated ? Flag.sim : 0),
  };
}
