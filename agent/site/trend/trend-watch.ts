import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import { Flag, hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD, isUsable, uncertain, type Quality, type QualityReason } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { TrendDefinition } from '#agent/model/trend.ts';
import { addTo, emptyBucket, featureOf, total, type Bucket } from './buckets.ts';
import type { TrendMemory } from './memory.ts';

const BUCKETS = 60;
const REMEMBER_EVERY_MS = 60_000;
const TRAVELLING = Flag.sim | Flag.forced | Flag.maintenance;

/**
 * Features of a machine point over a sliding window, from sums of at most 61 parts of it. Samples that are not good are
 * counted and left out; too many of them make the features bad. While the machine does not run, or has not settled, or
 * the last sample is not good, the features stand as they were and are uncertain.
 *
 * @param memory what an earlier trend of the same id told last
 */
export const createTrendWatch = (
  definition: TrendDefinition,
  clock: Clock,
  memory?: TrendMemory,
): Derivation<TrendMemory> => new TrendWatch(definition, clock, memory);

class TrendWatch implements Derivation<TrendMemory> {
  readonly id: string;
  readonly inputs: ReadonlySet<PointId>;
  readonly #definition: TrendDefinition;
  readonly #clock: Clock;
  readonly #offset: number;
  #buckets: Bucket[];
  #doubt: QualityReason | undefined = 'not-yet-read';
  /** Monotonic time since which it runs; undefined: it does not, or nobody knows. */
  #runningSince: number | undefined;
  #runningDoubt: QualityReason | undefined;
  #flags = 0;
  #repeatAt: number;
  #rememberAt: number;

  constructor(definition: TrendDefinition, clock: Clock, memory?: TrendMemory) {
    const now = clock.monotonic();
    this.id = definition.id;
    this.#definition = definition;
    this.#clock = clock;
    this.inputs = new Set([definition.point, ...(definition.running ? [definition.running.point] : [])]);
    this.#offset = memory ? memory.at + Math.max(0, clock.now() - memory.wall) - now : 0;
    this.#flags = memory?.flags ?? 0;
    this.#buckets = memory?.buckets.slice(-BUCKETS - 1).map((bucket) => ({ ...bucket })) ?? [];
    this.#runningDoubt = definition.running && 'not-yet-read';
    this.#repeatAt = now;
    this.#rememberAt = now + REMEMBER_EVERY_MS;
  }

  onSamples(samples: readonly Sample[]): Derived<TrendMemory> {
    const now = this.#clock.monotonic();
    for (const sample of samples) {
      if (hasFlag(sample.flags, 'backfilled')) continue;
      if (sample.point === this.#definition.running?.point) this.#run(sample, now);
      if (sample.point === this.#definition.point) this.#take(sample, now);
    }
    return this.onTick();
  }

  onTick(): Derived<TrendMemory> {
    const now = this.#clock.monotonic();
    const isDue = now >= this.#repeatAt;
    if (isDue) this.#repeatAt = now + this.#definition.repeatMs;
    const isToRemember = now >= this.#rememberAt;
    if (isToRemember) this.#rememberAt = now + REMEMBER_EVERY_MS;
    return { samples: isDue ? this.#samples(now) : [], events: [], ...(isToRemember && { memory: this.memory() }) };
  }

  nextDue(): number {
    return Math.min(this.#repeatAt, this.#rememberAt);
  }

  memory(): TrendMemory {
    const at = this.#clock.monotonic() + this.#offset;
    return { at, wall: this.#clock.now(), flags: this.#flags, buckets: this.#buckets.map((bucket) => ({ ...bucket })) };
  }

  #run({ value, quality, flags }: Sample, now: number): void {
    this.#flags |= flags & TRAVELLING;
    this.#runningDoubt = isUsable(quality) ? undefined : quality.reason;
    const isRunning = isUsable(quality) && Number(value) > (this.#definition.running?.above ?? 0);
    this.#runningSince = isRunning ? (this.#runningSince ?? now) : undefined;
  }

  #take({ value, quality, flags }: Sample, now: number): void {
    this.#flags |= flags & TRAVELLING;
    const isNumber = typeof value === 'number' && Number.isFinite(value);
    this.#doubt = isUsable(quality) ? (isNumber ? undefined : 'wrong-type') : quality.reason;
    if (this.#gate(now)) return;
    const bucket = this.#bucketAt(now + this.#offset);
    if (this.#doubt === undefined && isNumber) addTo(bucket, value, now + this.#offset, this.#definition.band);
    else bucket.bad += 1;
  }

  /** Why samples do not count now. */
  #gate(now: number): QualityReason | undefined {
    const { running } = this.#definition;
    if (!running) return undefined;
    if (this.#runningDoubt) return this.#runningDoubt;
    const isSettled = this.#runningSince !== undefined && now - this.#runningSince >= running.settleMs;
    return isSettled ? undefined : 'inhibited';
  }

  #bucketAt(at: number): Bucket {
    const width = this.#definition.windowMs / BUCKETS;
    const start = Math.floor(at / width) * width;
    const last = this.#buckets.at(-1);
    if (last && last.start >= start) return last;
    const bucket = emptyBucket(start);
    this.#buckets = [...this.#buckets, bucket].slice(-BUCKETS - 1);
    return bucket;
  }

  #samples(now: number): Sample[] {
    const { features, windowMs } = this.#definition;
    const from = now + this.#offset - windowMs;
    const gate = this.#gate(now);
    if (!gate) this.#buckets = this.#buckets.filter(({ start }) => start + windowMs / BUCKETS > from);
    const time = this.#clock.now();
    const quality = this.#quality(gate ?? this.#doubt);
    return features.map(({ feature, point }) => {
      const value = quality.level === 'bad' ? undefined : featureOf(feature, this.#buckets);
      return {
        point,
        value: value ?? null,
        quality: value === undefined && quality.level !== 'bad' ? bad('not-yet-read') : quality,
        sourceTime: time,
        receiveTime: time,
        flags: this.#flags,
      };
    });
  }

  #quality(doubt: QualityReason | undefined): Quality {
    const good = total(this.#buckets, (bucket) => bucket.good);
    const all = good + total(this.#buckets, (bucket) => bucket.bad);
    if (good === 0 || good < this.#definition.leastGood * all) return bad(doubt ?? 'sensor-fault');
    return doubt ? uncertain(doubt) : GOOD;
  }
}
