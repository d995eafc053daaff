import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PermitFact } from '#agent/model/permit.ts';

/** How one camera saw one stretch of work, from its beginning to an interruption or its end. Plain JSON. */
export interface Coverage {
  readonly permit: string;
  readonly camera: string;
  /** UTC ms. */
  readonly from: number;
  /** While it saw, and while it surely did not; the rest is not known. Milliseconds. */
  seenMs: number;
  blindMs: number;
  flags: number;
}

/** Looks further apart say nothing of what was between them. */
const LONGEST_LOOK_MS = 5000;

/** Keeps for each camera of each permit how much of the work it saw: the whole-process video of special work. */
export class CameraCoverage {
  readonly #stretches = new Map<string, Coverage>();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(remembered: readonly Coverage[] = []) {
    for (const one of remembered) this.#stretches.set(keyOf(one.permit, one.camera), { ...one });
  }

  get all(): readonly Coverage[] {
    return [...this.#stretches.values()];
  }

  /**
   * @param sees undefined where that is not known
   * @returns stretches that ended with this look
   */
  look(
    active: readonly PermitFact[],
    sees: (camera: string) => boolean | undefined,
    { now, time }: { readonly now: number; readonly time: number },
  ): readonly Coverage[] {
    const passedMs = now - this.#lookedAt <= LONGEST_LOOK_MS ? now - this.#lookedAt : 0;
    this.#lookedAt = now;
    const going = new Set<string>();
    for (const { id, cameras, flags } of active)
      for (const camera of new Set(cameras)) {
        const key = keyOf(id, camera);
        going.add(key);
        const known = this.#stretches.get(key);
        if (!known) {
          this.#stretches.set(key, { permit: id, camera, from: time, seenMs: 0, blindMs: 0, flags: flags & Flag.sim });
          continue;
        }
        const isSeen = sees(camera);
        if (isSeen === true) known.seenMs += passedMs;
        if (isSeen === false) known.blindMs += passedMs;
      }
    const ended = [...this.#stretches].filter(([key]) => !going.has(key));
    for (const [key] of ended) this.#stretches.delete(key);
    return ended.map(([, stretch]) => stretch);
  }
}

const keyOf = (permit: string, camera: string): string => JSON.stringify([permit, camera]);

const seconds = (ms: number): number => Math.round(ms / 1000);

/** For the record of the permit: what its camera saw of this stretch of work. */
export function coverageEvent(name: string, { permit, camera, from, ...stretch }: Coverage, time: number): SiteEvent {
  const wholeMs = Math.max(stretch.seenMs + stretch.blindMs, time - from);
  const percent = wholeMs === 0 ? 0 : Math.floor((1000 * stretch.seenMs) / wholeMs) / 10;
  return {
    time,
    kind: 'permit.video',
    text: `${name}: permit ${permit}: ${camera} saw ${percent} % of ${seconds(wholeMs)} s of work`,
    detail: {
      permit,
      camera,
      from,
      to: time,
      seenS: seconds(stretch.seenMs),
      blindS: seconds(stretch.blindMs),
      unknownS: seconds(wholeMs - stretch.seenMs - stretch.blindMs),
      percent,
      zh: `作业影像覆盖 ${percent} %`,
    },
    flags: stretch.flags,
  };
}
