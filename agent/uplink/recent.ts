import { addSpan, type Span } from './spans.ts';

/** What was acknowledged over this connection a short while ago: a broker that dies may not have passed it on. */
export interface Recent {
  add(span: Span, nowMs: number): void;
  /**
   * The connection was lost: what was acknowledged within the overlap before now. The overlap is halved as long as
   * connections break before they get any further than the one before: repeats must not eat all progress.
   */
  take(nowMs: number): Span[];
}

/** Spans of so long are kept together: a flood of alarms must not become a flood of entries. */
const BUCKET_MS = 200;

export function createRecent(overlapMs: number): Recent {
  let grantedMs = overlapMs;
  let furthest = 0;
  let buckets: { from: number; to: number; spans: Span[] }[] = [];

  const adapt = (reached: number): void => {
    grantedMs = reached > furthest ? Math.min(overlapMs, 2 * Math.max(grantedMs, BUCKET_MS)) : grantedMs / 2;
    if (grantedMs < BUCKET_MS) grantedMs = 0;
    furthest = Math.max(furthest, reached);
  };

  return {
    add(span, nowMs) {
      const newest = buckets.at(-1);
      if (newest && nowMs - newest.from < BUCKET_MS) {
        newest.spans = addSpan(newest.spans, span);
        newest.to = nowMs;
      } else {
        buckets = buckets.filter((bucket) => nowMs - bucket.to < overlapMs);
        buckets.push({ from: nowMs, to: nowMs, spans: [span] });
      }
    },
    take(nowMs) {
      const reached = buckets.at(-1)?.spans.at(-1)?.seq;
      if (reached === undefined) return [];
      adapt(reached);
      const taken = buckets.filter((bucket) => nowMs - bucket.to < grantedMs);
      buckets = [];
      return taken.flatMap((bucket) => bucket.spans).reduce<Span[]>(addSpan, []);
    },
  };
}
