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
  readonly errors: { readonly now: number; readonly errorM: number }[];
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
    errors.push({ now, errorM: Math.hypot(x - at.x, y - at.y) });
    if (errors.length > MOST_ERRORS) errors.shift();
    reference.flags = flags;
  }

  /** In doubt while a tag is not heard: its place may be where the system errs most. */
  tell(now: number, tell: (point: PointId, value: SampleValue, quality: Quality) => void): void {
    const { points, windowMs } = this.#definition;
    let isSilent = false;
    const all: number[] = [];
    for (const { errors } of this.#references.values()) {
      const first = errors.findIndex((error) => now - error.now <= windowMs);
      errors.splice(0, first < 0 ? errors.length : first);
      isSilent ||= errors.length === 0;
      for (const { errorM } of errors) all.push(errorM);
    }
    const sorted = Float64Array.from(all).toSorted();
    tell(points.fixes, sorted.length, GOOD);
    const quality = sorted.length === 0 ? bad('stale') : isSilent ? uncertain('stale') : GOOD;
    const figure = (share: number) => {
      const error = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
      return error === undefined ? null : Math.round(error * 100) / 100;
    };
    tell(points.p50, figure(0.5), quality);
    tell(points.p95, figure(0.95), quality);
    tell(points.max, figure(1), quality);
  }
}
