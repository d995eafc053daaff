import type { Stream } from '#agent/model/record.ts';
import type { CursorStore } from './cursor-store.ts';
import type { Lane, Step } from './coverage.ts';
import type { Feed } from './feed.ts';
import type { Recent } from './recent.ts';
import type { Span } from './spans.ts';

/** Both clocks at once: ages of records are told by the wall, waits and rates by the other. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** One stream in one lane: what to send next, and what has arrived. */
export interface LaneSource {
  readonly lane: Lane;
  readonly stream: Stream;
  /** The next step in this lane's order; undefined: nothing to send now. */
  next(now: Instant): Step | undefined;
  /** True if a step that carries no record must be told at once, because nothing comes after it here. */
  isLast(step: Step): boolean;
  /** Everything that this lane was given up to the end of this span has arrived. */
  arrived(span: Span, now: Instant): void;
  /** False outside of its send windows, also for what was taken before; absent: always true. */
  readonly isOpen?: (now: Instant) => boolean;
  /** Why it sends nothing now although it could: as agreed, not for a fault. */
  readonly paused?: string | undefined;
  /** The connection was lost: start again from what has certainly arrived. */
  restart(now: Instant): void;
}

export interface LaneParts {
  readonly stream: Stream;
  readonly feed: Feed;
  readonly cursors: CursorStore;
  readonly recent: Recent;
}
