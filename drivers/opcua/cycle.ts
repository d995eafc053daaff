import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#agent/model/clock.ts';

export interface Cycle {
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Runs a reading again and again at fixed times until the signal; a reading that takes longer than its interval skips
 * the times it has missed. Rejects when a reading does.
 */
export async function cycle({ intervalMs, clock, signal }: Cycle, read: () => Promise<void>): Promise<void> {
  const start = clock.monotonic();
  for (let turn = 1; !signal.aborted; turn += 1) {
    turn = Math.max(turn, Math.ceil((clock.monotonic() - start) / intervalMs));
    await sleep(start + turn * intervalMs - clock.monotonic(), undefined, { signal }).catch(() => {});
    if (!signal.aborted) await read();
  }
}
