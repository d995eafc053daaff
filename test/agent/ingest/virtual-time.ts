import { VirtualTimeScheduler } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';

/** A clock and the scheduler that drives it, moved by hand. The wall clock can be stepped without the monotonic one. */
export function virtualTime(startUtc = Date.UTC(2026, 0, 1)) {
  const scheduler = new VirtualTimeScheduler(undefined, 0);
  let wallOffset = startUtc;
  const clock: Clock = { now: () => wallOffset + scheduler.frame, monotonic: () => scheduler.frame };
  return {
    clock,
    scheduler,
    startUtc,
    /** Runs everything that is due within the next `ms`. */
    advance(ms: number): void {
      const until = scheduler.frame + ms;
      scheduler.maxFrames = until;
      scheduler.flush();
      scheduler.frame = until;
    },
    stepWallClock(ms: number): void {
      wallOffset += ms;
    },
  };
}

export type VirtualTime = ReturnType<typeof virtualTime>;
