import type { AlarmView } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { Fact } from '#agent/model/fact.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';

/** One derived point as it stands. */
export interface Told {
  readonly point: PointId;
  readonly value: SampleValue;
  readonly quality: Quality;
  readonly flags: number;
}

/** The moment of a call: `now` is monotonic, for durations; `time` is UTC ms, for the record. */
export interface Moment {
  readonly now: number;
  readonly time: number;
}

/**
 * What a derivation works out, without the plumbing: it takes what comes, and tells how all of its points stand. Telling
 * them on change and again before they go stale, and storing the memory when it changed, is done by {@link derivationOf}.
 */
export interface DerivationCore<Memory> {
  /** One sample of an input that is not backfilled. */
  take?(sample: Sample, moment: Moment): void;
  takeFact?(fact: Fact, moment: Moment): void;
  /** Alarms as they stand after a change. */
  takeAlarms?(views: readonly AlarmView[], moment: Moment): void;
  /** Does what is due, and tells how everything stands. */
  settle(moment: Moment): Settled;
  /** Monotonic time at which it has something to do by itself. */
  nextDue(): number | undefined;
  /** Plain JSON; the same object twice in a row means that nothing changed. Durations that go by are rounded. */
  memory(moment: Moment): Memory;
  view?(moment: Moment): unknown;
  kept?(): ReadonlyMap<string, unknown>;
}

/** How all points stand, and what happened since the last time. */
export interface Settled extends Pick<Derived, 'events' | 'records' | 'kept'> {
  readonly points: readonly Told[];
}

export interface ShellOptions {
  readonly id: string;
  /** Absent where it looks at facts alone. */
  readonly inputs: readonly PointId[];
  /** Points are told again this often, so that they do not go stale. Milliseconds. */
  readonly repeatMs: number;
  readonly clock: Clock;
}

export function derivationOf<Memory>(core: DerivationCore<Memory>, options: ShellOptions): Derivation<Memory> {
  const { id, clock, repeatMs } = options;
  const inputs: ReadonlySet<PointId> = new Set(options.inputs);
  const told = new Map<PointId, Told>();
  let repeatAt = clock.monotonic();
  let remembered: string | undefined;
  let last: Memory | undefined;

  const moment = (): Moment => ({ now: clock.monotonic(), time: clock.now() });

  const settle = (at: Moment): Derived<Memory> => {
    const { points, events, records, kept } = core.settle(at);
    const isDue = at.now >= repeatAt;
    if (isDue) repeatAt = at.now + repeatMs;
    const samples = points.flatMap((one) => {
      if (!isDue && isSame(told.get(one.point), one)) return [];
      told.set(one.point, one);
      return [{ ...one, sourceTime: at.time, receiveTime: at.time }];
    });
    const memory = core.memory(at);
    const text = memory === last ? remembered : JSON.stringify(memory);
    const isNew = text !== remembered;
    last = memory;
    remembered = text;
    return { samples, events, ...(records && { records }), ...(kept && { kept }), ...(isNew && { memory }) };
  };

  return {
    id,
    inputs,
    onSamples(samples) {
      const at = moment();
      for (const sample of samples)
        if (inputs.has(sample.point) && !hasFlag(sample.flags, 'backfilled')) core.take?.(sample, at);
      return settle(at);
    },
    ...(core.takeFact && {
      onFacts: (facts: readonly Fact[]) => {
        const at = moment();
        for (const fact of facts) core.takeFact?.(fact, at);
        return settle(at);
      },
    }),
    ...(core.takeAlarms && {
      onAlarms: (views: readonly AlarmView[]) => {
        const at = moment();
        core.takeAlarms?.(views, at);
        return settle(at);
      },
    }),
    onTick: () => settle(moment()),
    nextDue: () => Math.min(repeatAt, core.nextDue() ?? Number.POSITIVE_INFINITY),
    memory: () => core.memory(moment()),
    ...(core.kept && { kept: () => core.kept?.() ?? new Map<string, unknown>() }),
    ...(core.view && { view: () => core.view?.(moment()) }),
  };
}

const isSame = (before: Told | undefined, now: Told): boolean =>
  before !== undefined && before.value === now.value && before.quality === now.quality && before.flags === now.flags;
