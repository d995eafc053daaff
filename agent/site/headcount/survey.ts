import type { PointId } from '#agent/model/ids.ts';
import type { GroundPoint } from '#agent/model/placement.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { SurveyDefinition } from '#agent/model/survey.ts';
import type { TagId } from '#agent/model/tag.ts';

/** Of each tag; more fixes in a window push the oldest out. */
const MOST_ERRORS = 2000;

interface Reference {
  readonly at: GroundPoint;
  /** `intervalMs` since the fix before; absent for the first. */
  readonly errors: { readonly now: number; readonly errorM: number; readonly intervalMs?: number }[];
  flags: number;
}

/** Errors of the tags that hang at surveyed places, every fix as it came, jumps among them. */
export class Survey {
  readonly #definition: SurveyDefinition;
  readonly #references: ReadonlyMap<TagId, Reference>;

  constructor(definition: SurveyDefinition) {
    this.#definition = definition;
    this.#references = new Map([...definition.tags].map(([tag, at]) => [tag, { at, errors: [], flags: 0 }]));
  }

  has(tag: TagId): boolean {
    return this.#references.has(tag);
  }

  get flags(): number {
    let flags = 0;
    for (const reference of this.#references.values()) flags |= reference.flags;
    return flags;
  }

  /** @param now monotonic */
  take(tag: TagId, { x, y }: GroundPoint, flags: number, now: number): void {
    const reference = this.#references.get(tag);
    if (!reference || !Number.isFinite(x + y)) return;
    const { at, errors } = reference;
    const before = errors.at(-1)?.now;
    errors.push({
      now,
      errorM: Math.hypot(x - at.x, y - at.y),
      ...(before !== undefined && { intervalMs: now - before }),
    });
    if (errors.length > MOST_ERRORS) errors.shift();
    reference.flags = flags;
  }

  /** In doubt while a tag is not heard: its place may be where the system errs most. */
  tell(now: number, tell: (point: PointId, value: SampleValue, quality: Quality) => void): void {
    const { points, windowMs } = this.#definition;
    let isSilent = false;
    const all: number[] = [];
    const intervals: number[] = [];
    for (const { errors } of this.#references.values()) {
      const first = errors.findIndex((error) => now - error.now <= windowMs);
      errors.splice(0, first < 0 ? errors.length : first);
      isSilent ||= errors.length === 0;
      for (const { errorM, intervalMs } of errors) {
        all.push(errorM);
        if (intervalMs !== undefined) intervals.push(intervalMs / 1000);
      }
    }
    const sorted = Float64Array.from(all).toSorted();
    const between = Float64Array.from(intervals).toSorted();
    tell(points.fixes, sorted.length, GOOD);
    const quality = sorted.length === 0 ? bad('stale') : isSilent ? uncertain('stale') : GOOD;
    tell(points.p50, figure(sorted, 0.5), quality);
    tell(points.p95, figure(sorted, 0.95), quality);
    tell(points.max, figure(sorted, 1), quality);
    tell(points.interval, figure(between, 0.95), between.length === 0 ? bad('stale') : quality);
  }
}

/** What so large a share is not above; null where there is none. */
function figure(sorted: Float64Array, share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  return value === undefined ? null : Math.round(value * 100) / 100;
}
