import type { RecordReader } from '#agent/model/record.ts';
import { advance, fill, jump, rewind } from './cursor.ts';
import type { Step } from './coverage.ts';
import type { Instant, LaneParts, LaneSource } from './lanes.ts';

interface LiveParts extends LaneParts {
  readonly reader: RecordReader;
  readonly withinMs: number;
}

/** The newest of a stream. What has grown too old while it waited is left to the backfill lane. */
export function createLiveLane({ stream, feed, cursors, recent, reader, withinMs }: LiveParts): LaneSource {
  let position = cursors.get(stream).acknowledged;

  const isLate = (step: Step, now: Instant): boolean => step.time !== undefined && now.wallMs - step.time > withinMs;

  const leaveBehind = (through: number): void => {
    cursors.update(stream, (cursor) => jump(cursor, through));
    position = through;
  };

  return {
    lane: 'live',
    stream,
    next(now) {
      let step = feed.next(position);
      if (step && isLate(step, now)) {
        // To the newest record at once, rather than to the first that is young enough: on a link that is too slow for
        // live data, that makes a few long holes instead of many short ones.
        leaveBehind(Math.max(step.span.seq, reader.head(stream) - 1));
        step = feed.next(position);
        if (step && isLate(step, now)) {
          leaveBehind(step.span.seq);
          return undefined;
        }
      }
      if (step) position = step.span.seq;
      return step;
    },
    isLast: () => false,
    arrived(span, now) {
      // What was under way when the lane jumped lies in a hole by now.
      cursors.update(stream, (cursor) =>
        span.seq <= cursor.acknowledged ? fill(cursor, span) : advance(cursor, span),
      );
      recent.add(span, now.monotonicMs);
    },
    restart(now) {
      const uncertain = recent.take(now.monotonicMs)[0];
      if (uncertain) cursors.update(stream, (cursor) => rewind(cursor, uncertain.after));
      position = cursors.get(stream).acknowledged;
    },
  };
}
