import { joinSteps, type Lane, type Step } from './coverage.ts';
import type { Instant, LaneSource } from './lanes.ts';
import type { Message } from './profiles/profile.ts';

/** One step on its way: its messages wait, fly or have arrived. */
export interface Dispatch {
  readonly track: Track;
  step: Step;
  /** To be sent, or sent again. */
  waiting: Message[];
  flying: number;
  /** Monotonic ms before which it is not tried again. */
  notBefore: number;
}

/** Keeps one lane's steps of one stream in order, from the journal to the acknowledgement. */
export interface Track {
  readonly source: LaneSource;
  readonly lane: Lane;
  /** The first dispatch with a message that may go now, passing over one of them where given. */
  ready(now: Instant, except?: Dispatch): Dispatch | undefined;
  /** All messages of this dispatch have arrived, or are given up. */
  finish(dispatch: Dispatch, now: Instant): void;
  /** Nothing of this stream goes before then, because of `reason`; afterwards one message tries. */
  hold(untilMs: number, reason: string): void;
  release(): void;
  restart(now: Instant): void;
  readonly held: string | undefined;
  readonly flying: number;
}

export interface TrackOptions {
  readonly source: LaneSource;
  readonly encode: (step: Step, lane: Lane, now: Instant) => { step: Step; messages: readonly Message[] };
  readonly coverageAfterMs: number;
}

/** Finished dispatches behind an unfinished one wait for it; more of them than this and the stream waits. */
const DISPATCHES_MAX = 1000;
const CARRIED_MAX = 1000;
/** Records that nobody wants are read so many at a time, so that nothing else waits for long. */
const READ_MAX = 32;

export function createTrack({ source, encode, coverageAfterMs }: TrackOptions): Track {
  let dispatches: Dispatch[] = [];
  let carried: { step: Step; since: number } | undefined;
  let held: { untilMs: number; reason: string } | undefined;
  const flying = (): number => dispatches.reduce((sum, dispatch) => sum + dispatch.flying, 0);

  // Steps without a record join the next one that has one, unless that is long in coming.
  const nextStep = (now: Instant): Step | undefined => {
    for (let read = 0; read < READ_MAX; read += 1) {
      const found = source.next(now);
      if (found) {
        const isNeighbour = carried?.step.span.seq === found.span.after;
        const step = carried && isNeighbour ? joinSteps(carried.step, found) : found;
        if (step.record || source.isLast(step)) {
          carried = undefined;
          return step;
        }
        carried = { step, since: isNeighbour && carried ? carried.since : now.monotonicMs };
      }
      if (!carried) return undefined;
      const isDue =
        now.monotonicMs - carried.since >= coverageAfterMs ||
        carried.step.span.seq - carried.step.span.after >= CARRIED_MAX;
      if (isDue) {
        const { step } = carried;
        carried = undefined;
        return step;
      }
      if (!found) return undefined;
    }
    return undefined;
  };

  const track: Track = {
    source,
    lane: source.lane,
    ready(now, except) {
      if (held && (now.monotonicMs < held.untilMs || flying() > 0)) return undefined;
      const again = dispatches.find(
        (dispatch) => dispatch !== except && dispatch.waiting.length > 0 && dispatch.notBefore <= now.monotonicMs,
      );
      if (again) return again;
      if (held && dispatches.length > 0) return undefined;
      for (let read = 0; read < READ_MAX && dispatches.length < DISPATCHES_MAX; read += 1) {
        const step = nextStep(now);
        if (!step) return undefined;
        const encoded = encode(step, source.lane, now);
        const dispatch = { track, step: encoded.step, waiting: [...encoded.messages], flying: 0, notBefore: 0 };
        dispatches.push(dispatch);
        if (dispatch.waiting.length > 0) return dispatch;
        // This receiver has no message for such a step: it has arrived where those before it have.
        track.finish(dispatch, now);
      }
      return undefined;
    },
    finish(_dispatch, now) {
      let done = 0;
      for (const dispatch of dispatches) {
        if (dispatch.waiting.length > 0 || dispatch.flying > 0) break;
        source.arrived(dispatch.step.span, now);
        done += 1;
      }
      dispatches.splice(0, done);
    },
    hold(untilMs, reason) {
      held = { untilMs, reason };
    },
    release() {
      held = undefined;
    },
    restart(now) {
      dispatches = [];
      carried = undefined;
      source.restart(now);
    },
    get held() {
      return held?.reason;
    },
    get flying() {
      return flying();
    },
  };
  return track;
}
