import type { Clock } from '#agent/model/clock.ts';

/** A clock that moves when it is told: a delay of ten minutes is rehearsed in no time. */
export interface SteppingClock extends Clock {
  readonly pass: (ms: number) => void;
}

/** Begins at `from`, UTC ms. */
export function steppingClock(from: number): SteppingClock {
  let passed = 0;
  return {
    now: () => from + passed,
    monotonic: () => passed,
    pass: (ms) => {
      passed += ms;
    },
  };
}
