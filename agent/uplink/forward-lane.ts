import { advance, rewind } from './cursor.ts';
import type { LaneParts, LaneSource } from './lanes.ts';

/** A stream that is sent from first to last, whatever its age: alarms and all that must not be reordered. */
export function createForwardLane({ stream, feed, cursors, recent }: LaneParts): LaneSource {
  const stepBack = (after: number): void => cursors.update(stream, (cursor) => rewind(cursor, after));
  // Holes exist if the stream was in the live lane before the configuration was changed.
  const firstHole = cursors.get(stream).holes[0];
  if (firstHole) stepBack(firstHole.after);
  let position = cursors.get(stream).acknowledged;

  return {
    lane: 'alarm',
    stream,
    next() {
      const step = feed.next(position);
      if (step) position = step.span.seq;
      return step;
    },
    isLast: () => false,
    arrived(span, now) {
      cursors.update(stream, (cursor) => advance(cursor, span));
      recent.add(span, now.monotonicMs);
    },
    restart(now) {
      const uncertain = recent.take(now.monotonicMs)[0];
      if (uncertain) stepBack(uncertain.after);
      position = cursors.get(stream).acknowledged;
    },
  };
}
