import type { AlarmEventName, AlarmState, AlarmTransition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Due, LiveAlarm, Life } from './live-alarm.ts';
import { flagsOf, overlayOf } from './live-alarm.ts';
import type { AlarmMemory, Countdown } from './memory.ts';
import type { AlarmStep } from './step.ts';
import { noStep } from './step.ts';
import { isAbnormal } from './state-table.ts';
import { Timers } from './timers.ts';

/** Wall and monotonic clock may drift apart this far before what is saved by wall clock is saved anew. */
const stepToleranceMs = 1000;

export interface Person {
  readonly by: string;
  readonly why?: string;
}

/** What a transition says beyond the alarm's own state. */
export interface Told extends Partial<Person> {
  readonly cause?: string;
  readonly until?: number;
}

export interface Move {
  readonly alarm: LiveAlarm;
  readonly event: AlarmEventName;
}

/** The engine's clock and timers, and what the call in progress has changed so far. */
export class Run {
  readonly timers = new Timers<Due>();
  /** Monotonic, for every duration. */
  nowMs = 0;
  /** Wall clock, for records. */
  nowUtcMs = 0;
  readonly #clock: Clock;
  #wallOffsetMs: number;
  #transitions: AlarmTransition[] = [];
  readonly #changed = new Set<LiveAlarm>();
  /** Alarms whose state or overlay has moved and whose consequences have not been drawn yet. */
  readonly moved: Move[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.nowMs = clock.monotonic();
    this.nowUtcMs = clock.now();
    this.#wallOffsetMs = this.nowUtcMs - this.nowMs;
  }

  get hasChanges(): boolean {
    return this.#changed.size > 0;
  }

  /** Reads the clocks. After a step of the wall clock, running countdowns are saved again by the new one. */
  begin(): void {
    this.nowMs = this.#clock.monotonic();
    this.nowUtcMs = this.#clock.now();
    const offset = this.nowUtcMs - this.nowMs;
    if (Math.abs(offset - this.#wallOffsetMs) <= stepToleranceMs) return;
    this.#wallOffsetMs = offset;
    for (const { alarm } of this.timers.running()) this.changed(alarm);
  }

  changed(alarm: LiveAlarm): void {
    this.#changed.add(alarm);
  }

  /** Records what has just happened to the alarm; `from` is the state before. */
  emit(alarm: LiveAlarm, event: AlarmEventName, from: AlarmState, told?: Told): void {
    const { life, definition, input } = alarm;
    if (life === undefined) return;
    this.changed(alarm);
    this.moved.push({ alarm, event });
    const sample = 'point' in input ? input.sample : undefined;
    this.#transitions.push({
      alarm: definition.id,
      ...(definition.point === undefined ? {} : { point: definition.point }),
      source: definition.source,
      kind: definition.condition.kind,
      event,
      from,
      to: life.state,
      overlay: overlayOf(life),
      priority: definition.priority,
      occurrence: life.occurrence,
      time: this.nowUtcMs,
      ...(sample === undefined ? {} : { sourceTime: sample.sourceTime, value: sample.value, quality: sample.quality }),
      condition: definition.condition,
      ...told,
      flags: flagsOf(alarm),
    });
  }

  /** What has changed since the last call, and forgets it. */
  take(): AlarmStep {
    if (this.#changed.size === 0) return noStep;
    const memory: AlarmMemory[] = [];
    for (const alarm of this.#changed) {
      if (alarm.life !== undefined) memory.push(this.remember(alarm, alarm.life));
    }
    const transitions = this.#transitions;
    this.#transitions = [];
    this.#changed.clear();
    return { transitions, memory };
  }

  remember(alarm: LiveAlarm, life: Life): AlarmMemory {
    const onDelay = this.#onDelay(life);
    const { shelf, reAlarm } = life;
    return {
      alarm: alarm.definition.id,
      definition: alarm.definition,
      state: life.state,
      occurrence: life.occurrence,
      since: life.since,
      ...(life.raisedAt === undefined ? {} : { raisedAt: life.raisedAt }),
      isUnannounced: life.isUnannounced,
      isQualityLost: life.isQualityLost,
      flags: flagsOf(alarm),
      isRemoved: life.isRemoved,
      ...(onDelay === undefined ? {} : { onDelay }),
      ...(reAlarm === undefined ? {} : { reAlarm: this.#running(reAlarm.dueMs) }),
      ...(shelf === undefined ? {} : { shelf: { ...shelf, remaining: this.#running(shelf.remaining.dueMs) } }),
      ...(life.suppressedBy.length === 0 ? {} : { suppressedBy: life.suppressedBy }),
      ...(life.outOfService === undefined ? {} : { outOfService: life.outOfService }),
    };
  }

  #onDelay(life: Life): Countdown | undefined {
    if (life.onDelayLeftMs !== undefined) return { remainingMs: life.onDelayLeftMs };
    return life.delay === undefined || isAbnormal(life.state) ? undefined : this.#running(life.delay.dueMs);
  }

  #running(dueMs: number): Countdown {
    return { remainingMs: Math.max(0, dueMs - this.nowMs), runningSince: this.nowUtcMs };
  }
}
