import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import type { VideoSpell, VideoView } from '#agent/model/permit-view.ts';

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
  /** When it ended, UTC ms; absent while work goes on. */
  to?: number;
  /** In turn what it saw, by the wall clock; absent in what earlier versions stored. */
  spells?: VideoSpell[];
}

/** Looks further apart say nothing of what was between them. */
const LONGEST_LOOK_MS = 5000;
/** A camera that flickers: the oldest spells become one of which nothing is said. */
const MOST_SPELLS = 100;
/** Of one permit; work that is interrupted more often keeps its last. */
const MOST_STRETCHES = 100;

/** Keeps for each camera of each permit how much of the work it saw: the whole-process video of special work. */
export class CameraCoverage {
  readonly #stretches = new Map<string, Coverage>();
  /** Those that ended, of permits that are still known. */
  #ended: readonly Coverage[] = [];
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(remembered: readonly Coverage[] = []) {
    for (const one of remembered)
      if (one.to === undefined) this.#stretches.set(keyOf(one.permit, one.camera), { ...one });
    this.#ended = remembered.filter(({ to }) => to !== undefined);
  }

  get all(): readonly Coverage[] {
    return [...this.#ended, ...this.#stretches.values()];
  }

  /** The stretches of a permit, the oldest first. @param time UTC ms */
  of(permit: string, time: number): readonly VideoView[] {
    return this.all.filter((one) => one.permit === permit).map((one) => videoView(one, time));
  }

  /** Lets go of permits that nobody knows any more. */
  forget(isKnown: (permit: string) => boolean): void {
    if (this.#ended.some(({ permit }) => !isKnown(permit)))
      this.#ended = this.#ended.filter(({ permit }) => isKnown(permit));
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
        account(known, passedMs === 0 ? undefined : sees(camera), { passedMs, time });
      }
    const ended = [...this.#stretches].filter(([key]) => !going.has(key));
    for (const [key, stretch] of ended) {
      this.#stretches.delete(key);
      account(stretch, passedMs === 0 ? undefined : sees(stretch.camera), { passedMs, time });
      stretch.to = time;
      this.#keep(stretch);
    }
    return ended.map(([, stretch]) => stretch);
  }

  #keep(stretch: Coverage): void {
    const ofPermit = this.#ended.filter(({ permit }) => permit === stretch.permit);
    const [oldest] = ofPermit.length >= MOST_STRETCHES ? ofPermit : [];
    this.#ended = [...this.#ended.filter((one) => one !== oldest), stretch];
  }
}

const keyOf = (permit: string, camera: string): string => JSON.stringify([permit, camera]);

function account(
  stretch: Coverage,
  isSeen: boolean | undefined,
  { passedMs, time }: { readonly passedMs: number; readonly time: number },
): void {
  if (isSeen === true) stretch.seenMs += passedMs;
  if (isSeen === false) stretch.blindMs += passedMs;
  stretch.spells = extended(stretch, isSeen === undefined ? 'unknown' : isSeen ? 'yes' : 'no', time);
}

/** The spells up to now; one begins where the one before ended. */
function extended({ spells = [], from }: Coverage, sees: VideoSpell['sees'], time: number): VideoSpell[] {
  const last = spells.at(-1);
  const start = last?.to ?? from;
  // A clock that was set back: the line goes on when it is past again.
  if (time <= start) return spells;
  if (last?.sees === sees) return [...spells.slice(0, -1), { ...last, to: time }];
  const [first, second] = spells.length >= MOST_SPELLS ? spells : [];
  const rest =
    first && second ? [{ sees: 'unknown' as const, from: first.from, to: second.to }, ...spells.slice(2)] : spells;
  return [...rest, { sees, from: start, to: time }];
}

function figuresOf({ from, to, seenMs, blindMs }: Coverage, time: number) {
  const wholeMs = Math.max(seenMs + blindMs, (to ?? time) - from);
  const percent = wholeMs === 0 ? 0 : Math.floor((1000 * seenMs) / wholeMs) / 10;
  return { wholeMs, unknownMs: wholeMs - seenMs - blindMs, percent };
}

const videoView = (stretch: Coverage, time: number): VideoView => ({
  camera: stretch.camera,
  from: stretch.from,
  to: stretch.to ?? null,
  seenMs: stretch.seenMs,
  blindMs: stretch.blindMs,
  unknownMs: figuresOf(stretch, time).unknownMs,
  spells: stretch.spells ?? [],
});

const seconds = (ms: number): number => Math.round(ms / 1000);

/** For the record of the permit: what its camera saw of this stretch of work. */
export function coverageEvent(
  { name, gb28181Ids }: Pick<PermitWatchDefinition, 'name' | 'gb28181Ids'>,
  stretch: Coverage,
  time: number,
): SiteEvent {
  const { permit, camera, from, seenMs, blindMs, flags } = stretch;
  const { wholeMs, unknownMs, percent } = figuresOf(stretch, time);
  const gb28181Id = gb28181Ids.get(camera);
  return {
    time,
    kind: 'permit.video',
    text: `${name}: permit ${permit}: ${camera} saw ${percent} % of ${seconds(wholeMs)} s of work`,
    detail: {
      permit,
      camera,
      ...(gb28181Id !== undefined && { gb28181Id }),
      from,
      to: time,
      seenS: seconds(seenMs),
      blindS: seconds(blindMs),
      unknownS: seconds(unknownMs),
      percent,
      zh: `作业影像覆盖 ${percent} %`,
    },
    flags,
  };
}
