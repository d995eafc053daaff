import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { BlockFacts } from './block-table.ts';
import type { RunFile } from './run-file.ts';
import type { LostRange } from './seq-range.ts';

/** How the run before ended; `replaced`: it did not, its file got damaged and is replaced while running. */
type RunEnd = 'new' | 'clean' | 'crash' | 'power-loss' | 'restored' | 'replaced';

export interface Finding {
  readonly end: RunEnd;
  readonly isDamaged: boolean;
  readonly lost: readonly LostRange[];
  readonly run: RunFile | undefined;
  /** The last samples that are there. */
  readonly youngest: BlockFacts | undefined;
  /** UTC ms. */
  readonly now: number;
}

/** One gap for the time without samples, and one for each range of records that is gone. */
export function openingGaps({ end, isDamaged, lost, run, youngest, now }: Finding): Gap[] {
  if (end === 'new' && !isDamaged) return [];
  const from = Math.min(youngest?.receive_time ?? run?.stoppedAt ?? run?.startedAt ?? now, now);
  const away: Gap = { from, to: now, ...awayBecause[end], flags: (youngest?.flags_all ?? 0) & Flag.sim };
  const why = isDamaged ? lostTo.damage : end === 'restored' ? lostTo.restore : lostTo.power;
  return [
    away,
    ...lost.map((records) => ({
      ...away,
      reason: isDamaged ? ('damaged' as const) : ('crash' as const),
      records,
      text: `Records ${records.first} to ${records.last} of stream ${records.stream} are not there: ${why}.`,
    })),
  ];
}

const crashed = {
  reason: 'crash',
  text: 'The agent ended without being stopped and was started again: nothing was read in between.',
} as const;

const awayBecause: Record<RunEnd, Pick<Gap, 'reason' | 'text'>> = {
  new: crashed,
  crash: crashed,
  clean: {
    reason: 'agent-stopped',
    text: 'The agent was stopped and started again: nothing was read in between.',
  },
  'power-loss': {
    reason: 'crash',
    text: 'The machine lost power or was reset: nothing was read until the agent started again.',
  },
  restored: {
    reason: 'crash',
    text: 'A backup was put in place of the journal: nothing is known between it and the start of the agent.',
  },
  replaced: {
    reason: 'damaged',
    text: 'The journal file was found damaged while running and was replaced; samples before that may be missing.',
  },
};

const lostTo = {
  damage: 'the journal file was damaged; what can be read of it is in the file that was set aside',
  restore: 'a backup from before them was put in place, if they had been written at all',
  power: 'power was lost before they were on the disk, if they had been written at all',
} as const;
