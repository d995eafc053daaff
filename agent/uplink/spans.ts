/** The sequence numbers `after < n <= seq` of one stream. */
export interface Span {
  readonly after: number;
  readonly seq: number;
}

/** Records in a list of spans. */
export const countOf = (spans: readonly Span[]): number => spans.reduce((sum, span) => sum + span.seq - span.after, 0);

/** The list with one span more; ascending, nothing overlaps or touches. */
export function addSpan(spans: readonly Span[], added: Span): Span[] {
  if (added.seq <= added.after) return [...spans];
  let { after, seq } = added;
  const kept: Span[] = [];
  for (const span of spans) {
    if (span.seq < after || span.after > seq) kept.push(span);
    else {
      after = Math.min(after, span.after);
      seq = Math.max(seq, span.seq);
    }
  }
  kept.push({ after, seq });
  return kept.sort((a, b) => a.after - b.after);
}

/** The list without the numbers of one span. */
export function removeSpan(spans: readonly Span[], removed: Span): Span[] {
  if (removed.seq <= removed.after) return [...spans];
  const kept: Span[] = [];
  for (const span of spans) {
    const left = { after: span.after, seq: Math.min(span.seq, removed.after) };
    const right = { after: Math.max(span.after, removed.seq), seq: span.seq };
    if (left.seq > left.after) kept.push(left);
    if (right.seq > right.after) kept.push(right);
  }
  return kept;
}

/** At most `limit` spans: the two nearest become one, with what lies between them, until it fits. */
export function boundSpans(spans: readonly Span[], limit: number): Span[] {
  const bounded = [...spans];
  while (bounded.length > limit) {
    let nearest = 1;
    for (let index = 2; index < bounded.length; index += 1) {
      if (distance(bounded, index) < distance(bounded, nearest)) nearest = index;
    }
    const [left, right] = [bounded[nearest - 1], bounded[nearest]];
    if (!left || !right) break;
    bounded.splice(nearest - 1, 2, { after: left.after, seq: right.seq });
  }
  return bounded;
}

function distance(spans: readonly Span[], index: number): number {
  const [left, right] = [spans[index - 1], spans[index]];
  return left && right ? right.after - left.seq : Infinity;
}
