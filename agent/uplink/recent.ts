import { addSpan, type Span } from './spans.ts';

/** What was acknowledged a short while ago: a broker that dies may not have passed it on. */
export interface Recent {
  add(span: Span, nowMs: number): void;
  /** What was acknowledged within the overlap before now; forgets everything. */
  take(nowMs: number): Span[];
}

const BUCKET_MS = 500;

export function createRecent(overlapMs: number): Recent {
  let buckets: { at: number; spans: Span[] }[] = [];
  const prune = (nowMs: number): void => {
    buckets = buckets.filter((bucket) => nowMs - bucket.at <= overlapMs);
  };
  return {
    add(span, nowMs) {
      const newest = buckets.at(-1);
      if (newest && nowMs - newest.at < BUCKET_MS) newest.spans = addSpan(newest.spans, span);
      else {
        prune(nowMs);
        buckets.push({ at: nowMs, spans: [span] });
      }
    },
    take(nowMs) {
      prune(nowMs);
      const spans = buckets.flatMap((bucket) => bucket.spans);
      buckets = [];
      return spans.reduce<Span[]>(addSpan, []);
    },
  };
}
