import { readFileSync } from 'node:fs';

/**
 * For how long one of the processes stood ready and got no processor, of those the one that waited longest. That is what a
 * busy machine takes; a process that is slow, stuck or asleep by itself does not wait in this sense.
 */
export interface Wait {
  /** UTC ms. */
  readonly from: number;
  readonly to: number;
  readonly ms: number;
}

interface WaitWatch {
  readonly waits: readonly Wait[];
  /** To be called every second or so. */
  readonly look: (pids: readonly number[]) => void;
}

export function watchWaits(): WaitWatch {
  const waits: Wait[] = [];
  let before = new Map<number, number>();
  let from = Date.now();
  return {
    waits,
    look: (pids) => {
      const now = new Map(pids.map((pid) => [pid, waitedSoFar(pid)]));
      const longest = Math.max(0, ...[...now].map(([pid, ms]) => ms - (before.get(pid) ?? ms)));
      const to = Date.now();
      waits.push({ from, to, ms: longest });
      [before, from] = [now, to];
    },
  };
}

/** Of the main thread since its start; by `CONFIG_SCHED_INFO` of the kernel, 0 where that is not built in. Milliseconds. */
function waitedSoFar(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[1]) / 1e6;
  } catch {
    return 0;
  }
}

/** What the machine took in that time: by so much a deadline is longer. Milliseconds. */
export const waitedBetween = (waits: readonly Wait[], from: number, to: number): number =>
  waits.reduce((sum, wait) => (wait.from < to && wait.to > from ? sum + wait.ms : sum), 0);
