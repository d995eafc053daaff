import { fill, reopen } from './cursor.ts';
import type { LaneParts, LaneSource } from './lanes.ts';
import type { RateLimit } from './rate-limit.ts';

interface BackfillParts extends LaneParts {
  readonly rate: RateLimit;
}

/** The holes that the live lane left, oldest first, no faster than agreed. */
export function createBackfillLane({ stream, feed, cursors, recent, rate }: BackfillParts): LaneSource {
  let position = 0;
  const hole = () => cursors.get(stream).holes.find((span) => span.seq > position);

  return {
    lane: 'backfill',
    stream,
    next(now) {
      const current = hole();
      if (!current || !rate.isOpen(now.monotonicMs)) return undefined;
      const step = feed.next(Math.max(position, current.after), current.seq);
      if (!step) return undefined;
      position = step.span.seq;
      const { record } = step;
      if (record) rate.spend(record.stream === 'sample' ? record.body.length : 1, now.monotonicMs);
      return step;
    },
    isLast: (step) => cursors.get(stream).holes.some((span) => span.seq === step.span.seq),
    arrived(span, now) {
      cursors.update(stream, (cursor) => fill(cursor, span));
      recent.add(span, now.monotonicMs);
      // Two holes that were joined while both were on their way leave a rest behind: once round again.
      if (span.seq === position && !hole()) position = 0;
    },
    restart(now) {
      for (const span of recent.take(now.monotonicMs)) cursors.update(stream, (cursor) => reopen(cursor, span));
      position = 0;
    },
  };
}
