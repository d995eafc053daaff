import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import { Flag, hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { compileCheck } from './check-sample.ts';
import type { Checked, SampleCheck } from './check-sample.ts';
import { alarmsByPoint, hazardSides } from './range-policy.ts';
import { isSample } from './signal-shape.ts';
import { SourceTimeWatch } from './source-time.ts';
import { Staleness } from './staleness.ts';
import type { StaleLevel } from './staleness.ts';

/** A reading that dances about the end of its range is told once in this time. */
const BEYOND_AGAIN_MS = 60_000;

/** What the intake noticed besides samples. */
export interface Notices {
  /** The driver sent something that it must not; `kind` is one of a few words, `text` a sentence. */
  readonly fault: (kind: 'unknown-point' | 'malformed-sample', text: string) => void;
  /** A point with an alarm reads beyond its instrument's range. */
  readonly beyondRange: (point: Point, sample: Sample) => void;
}

interface PointState {
  readonly point: Point;
  readonly index: number;
  readonly check: SampleCheck;
  /** The last sample that the driver gave in this connection, after the check. */
  last: Sample | undefined;
  /** The reader has been told that nothing is known of the point. */
  isLost: boolean;
  beyondToldAt: number;
}

/** One source's points: every sample passes here, and what silence means is made into samples here. */
export class SampleIntake {
  readonly #points: readonly PointState[];
  readonly #byId: ReadonlyMap<PointId, PointState>;
  readonly #clock: Clock;
  readonly #notices: Notices;
  readonly #staleness: Staleness;
  readonly #times: SourceTimeWatch;
  readonly #checked: Checked = { value: null, quality: GOOD, side: 'inside' };
  #simFlag: number;

  constructor(
    points: readonly Point[],
    alarms: readonly AlarmDefinition[],
    context: { readonly clock: Clock; readonly simulated: boolean; readonly tickMs: number; readonly notices: Notices },
  ) {
    const alarmsOf = alarmsByPoint(alarms);
    this.#points = points.map((point, index) => ({
      point,
      index,
      check: compileCheck(point, hazardSides(point, alarmsOf.get(point.id) ?? [])),
      last: undefined,
      isLost: false,
      beyondToldAt: Number.NEGATIVE_INFINITY,
    }));
    this.#byId = new Map(this.#points.map((state) => [state.point.id, state]));
    this.#clock = context.clock;
    this.#notices = context.notices;
    this.#simFlag = context.simulated ? Flag.sim : 0;
    const limits = points.map((point) => point.staleAfterMs);
    this.#staleness = new Staleness(limits, context.tickMs, context.clock.monotonic());
    this.#times = new SourceTimeWatch(points.length);
  }

  /** `Flag.sim` if the source is marked as simulated or its device has ever said so; else 0. */
  get simFlag(): number {
    return this.#simFlag;
  }

  /** See {@link SourceTimeWatch.zoneOffsetMs}. */
  get zoneOffsetMs(): number {
    return this.#times.zoneOffsetMs;
  }

  /** Every point, as not yet read. */
  notYetRead(): readonly Sample[] {
    return this.#points.map((state) => this.#unknown(state, bad('not-yet-read')));
  }

  /** Checks a driver's batch; the result has the batch's order, without what belongs to no point here. */
  accept(batch: readonly unknown[]): readonly Sample[] {
    const now = this.#clock.monotonic();
    const out: Sample[] = [];
    for (const raw of batch) {
      const state = this.#stateOf(raw);
      if (!state) continue;
      const sample = isSample(raw) ? this.#check(state, raw) : this.#unknown(state, bad('decode'));
      out.push(sample);
      if (hasFlag(sample.flags, 'backfilled')) continue;
      state.isLost = false;
      state.last = sample;
      if (sample.quality.level === 'bad') this.#staleness.dismiss(state.index);
      else this.#staleness.seen(state.index, now);
    }
    return out;
  }

  /** The device proved that nothing changed. Samples of the points that had become stale and are believed again. */
  keepAlive(): readonly Sample[] {
    const receiveTime = this.#clock.now();
    const out: Sample[] = [];
    this.#staleness.keepAlive(this.#clock.monotonic(), (index) => {
      const last = this.#points[index]?.last;
      if (last) out.push({ ...last, receiveTime });
    });
    return out;
  }

  /** Samples of the points that have become too old since the last call. */
  expire(): readonly Sample[] {
    const out: Sample[] = [];
    this.#staleness.expire(this.#clock.monotonic(), (index, level) => {
      const state = this.#points[index];
      if (state) out.push(this.#stale(state, level));
    });
    return out;
  }

  /** The connection is lost: every point that is not known to be, as `comm-lost`. */
  lose(): readonly Sample[] {
    this.#staleness.dismissAll();
    const out: Sample[] = [];
    for (const state of this.#points) {
      if (state.isLost) continue;
      state.isLost = true;
      state.last = undefined;
      out.push(this.#unknown(state, bad('comm-lost')));
    }
    return out;
  }

  #stateOf(raw: unknown): PointState | undefined {
    const id = typeof raw === 'object' && raw !== null && 'point' in raw ? raw.point : undefined;
    const state = typeof id === 'string' ? this.#byId.get(id as PointId) : undefined;
    if (!state && typeof id === 'string')
      this.#notices.fault('unknown-point', `the driver sent a sample of ${id}, which is not a point of this source`);
    else if (!isSample(raw))
      this.#notices.fault(
        'malformed-sample',
        `the driver sent a malformed sample${state ? ` of ${state.point.id}` : ''}`,
      );
    return state;
  }

  #check(state: PointState, sample: Sample): Sample {
    const checked = this.#checked;
    state.check(sample.value, sample.quality, checked);
    const receiveTime = Number.isFinite(sample.receiveTime) ? sample.receiveTime : this.#clock.now();
    const hasTime = Number.isFinite(sample.sourceTime);
    const sourceTime = hasTime ? sample.sourceTime : receiveTime;
    let flags = (Number.isInteger(sample.flags) ? sample.flags : 0) | this.#simFlag;
    this.#simFlag |= flags & Flag.sim;
    const isSuspect =
      !hasFlag(flags, 'backfilled') &&
      sourceTime !== receiveTime &&
      this.#times.isSuspect(state.index, checked.value, sourceTime, receiveTime);
    if (isSuspect || !hasTime) flags |= Flag.clockSuspect;

    const isUnchanged =
      checked.value === sample.value &&
      checked.quality === sample.quality &&
      flags === sample.flags &&
      hasTime &&
      receiveTime === sample.receiveTime;
    const { point } = state;
    const result: Sample = isUnchanged
      ? sample
      : { point: point.id, value: checked.value, quality: checked.quality, sourceTime, receiveTime, flags };
    if (checked.side !== 'inside' && checked.quality.level === 'good') this.#tellBeyond(state, result);
    return result;
  }

  #tellBeyond(state: PointState, sample: Sample): void {
    const now = this.#clock.monotonic();
    if (now - state.beyondToldAt < BEYOND_AGAIN_MS) return;
    state.beyondToldAt = now;
    this.#notices.beyondRange(state.point, sample);
  }

  #stale(state: PointState, level: StaleLevel): Sample {
    if (level === 'bad' || !state.last) return this.#unknown(state, bad('stale'));
    const flags = state.last.flags & ~Flag.overflow;
    return { ...state.last, quality: uncertain('stale'), receiveTime: this.#clock.now(), flags };
  }

  #unknown(state: PointState, quality: Quality): Sample {
    const now = this.#clock.now();
    const flags = this.#simFlag;
    return { point: state.point.id, value: null, quality, sourceTime: now, receiveTime: now, flags };
  }
}
