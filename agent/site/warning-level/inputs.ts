import type { PointId } from '#agent/model/ids.ts';
import type { PlacedPoint, WarningInputKind, WarningLevelDefinition } from '#agent/model/warning-level.ts';

export interface WarningInput {
  readonly kind: WarningInputKind;
  readonly place: PlacedPoint;
}

/** The points that the patterns mean, each once, by the first kind that names it; never its own. */
export function inputsOf(
  { inputs }: WarningLevelDefinition,
  points: readonly PlacedPoint[],
  own: ReadonlySet<PointId>,
): ReadonlyMap<PointId, WarningInput> {
  const found = new Map<PointId, WarningInput>();
  for (const { kind, points: patterns } of inputs) {
    const tests = patterns.map(patternTest);
    for (const place of points)
      if (!own.has(place.id) && !found.has(place.id) && tests.some((test) => test(place.id)))
        found.set(place.id, { kind, place });
  }
  return found;
}

function patternTest(pattern: string): (id: string) => boolean {
  if (!pattern.includes('*')) return (id) => id === pattern;
  const parts = pattern.split('*').map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, String.raw`\$&`));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'u');
  return (id) => expression.test(id);
}
