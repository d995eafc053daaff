import { distance } from 'fastest-levenshtein';

/** The candidate that was probably meant; undefined when none is near. */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(text.length / 2)) + 1;
  const lower = text.toLowerCase();
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) >= bestDistance) continue;
    const found = distance(lower, candidate.toLowerCase());
    if (found < bestDistance && found < Math.max(candidate.length, text.length))
      [best, bestDistance] = [candidate, found];
  }
  return best;
}

/** `did you mean "x"?`, or the candidates when none is near and they are few. */
export function suggest(text: string, candidates: readonly string[], otherwise: string): string {
  const meant = nearest(text, candidates);
  if (meant !== undefined) return `did you mean "${meant}"?`;
  if (candidates.length === 1) return `use "${candidates[0]}"`;
  if (candidates.length > 1 && candidates.length <= 20) return `use one of ${candidates.join(', ')}`;
  return otherwise;
}
