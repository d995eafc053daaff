import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { LightningAdvice, LightningDefinition, LightningTier } from '#agent/model/lightning.ts';
import { InputWatch, inputKey } from './input-watch.ts';
import type { LightningMemory } from './memory.ts';

/** While a hold runs, its progress is remembered this often: a restart lengthens it by so much at most. */
const REMEMBER_EVERY_MS = 60_000;

/**
 * Lightning tiers of a site: raised by field, jumps or a warning system's own level, held until all has been quiet for
 * the hold, with advice what to stop where. Inputs that are not good lower nothing; what was raised stays raised, and
 * what would be lower is told as uncertain.
 *
 * @param memory what an earlier watch of the same id told last
 */
export const createLightningWatch = (
  definition: LightningDefinition,
  clock: Clock,
  memory?: LightningMemory,
): Derivation<LightningMemory> => new LightningWatch(definition, clock, memory);

class LightningWatch implements Derivation<LightningMemory> {
  readonly id: string;
  readonly inputs: ReadonlySet<PointId>;
  readonly #definition: LightningDefinition;
  readonly #clock: Clock;
  readonly #watches: readonly InputWatch[];
  readonly #byPoint = new Map<PointId, InputWatch[]>();
  #assured: LightningTier;
  /** The tier before this call. */
  #tier: LightningTier;
  #told = '';
  #repeatAt: number;
  #remembered = '';
  #rememberAt: number;

  constructor(definition: LightningDefinition, clock: Clock, memory?: LightningMemory) {
    const now = clock.monotonic();
    this.id = definition.id;
    this.#definition = definition;
    this.#clock = clock;
    this.#watches = definition.inputs.map((input) => {
      const remembered = memory?.inputs.find((one) => one.input === inputKey(input));
      const watch = new InputWatch(input, definition, remembered, now);
      this.#byPoint.set(input.point, [...(this.#byPoint.get(input.point) ?? []), watch]);
      return watch;
    });
    this.inputs = new Set(this.#byPoint.keys());
    this.#tier = this.#highest();
    this.#assured = Math.min(3, Math.max(this.#tier, memory?.assuredTier ?? 0)) as LightningTier;
    this.#repeatAt = now;
    this.#rememberAt = now + REMEMBER_EVERY_MS;
  }

  onSamples(samples: readonly Sample[]): Derived<LightningMemory> {
    const now = this.#advance();
    for (const sample of samples) {
      if (hasFlag(sample.flags, 'backfilled')) continue;
      for (const watch of this.#byPoint.get(sample.point) ?? []) watch.take(sample, now);
    }
    return this.#settle(now);
  }

  onTick(): Derived<LightningMemory> {
    return this.#settle(this.#advance());
  }

  nextDue(): number {
    const due = this.#watches.map(({ holds }) => holds.nextDue() ?? Number.POSITIVE_INFINITY);
    return Math.min(this.#repeatAt, ...due);
  }

  memory(): LightningMemory {
    return { inputs: this.#watches.map((watch) => watch.memory()), assuredTier: this.#assured };
  }

  #advance(): number {
    const now = this.#clock.monotonic();
    for (const { holds } of this.#watches) holds.advance(now);
    return now;
  }

  #highest(): LightningTier {
    return Math.max(0, ...this.#watches.map(({ holds }) => holds.tier)) as LightningTier;
  }

  #settle(now: number): Derived<LightningMemory> {
    const [from, to] = [this.#tier, this.#highest()];
    this.#tier = to;
    const doubt = this.#watches.find((watch) => watch.doubt !== undefined)?.doubt;
    if (doubt === undefined || to > this.#assured) this.#assured = to;
    const uncertainty = doubt && uncertain(doubt);
    const flags = this.#watches.reduce((all, watch) => all | watch.flags, 0);
    const state = `${to} ${doubt ?? ''} ${flags}`;
    const isDue = state !== this.#told || now >= this.#repeatAt;
    if (isDue) this.#repeatAt = now + this.#definition.repeatMs;
    this.#told = state;
    const remember = this.#remember(now, from !== to);
    return {
      samples: isDue ? this.#samples(to, uncertainty, flags) : [],
      events: from === to ? [] : this.#events(from, to, flags),
      ...(remember && { memory: remember }),
    };
  }

  /** What stands above the last certain tier is certain whatever else is in doubt; what stands below it is not. */
  #samples(tier: LightningTier, uncertainty: Quality | undefined, flags: number): Sample[] {
    const { tierPoint, holdPoint, advice } = this.#definition;
    const quality = uncertainty && (tier === 0 || tier < this.#assured) ? uncertainty : GOOD;
    const time = this.#clock.now();
    const sample = (point: PointId, value: SampleValue, its: Quality): Sample => ({
      point,
      value,
      quality: its,
      sourceTime: time,
      receiveTime: time,
      flags,
    });
    return [
      sample(tierPoint, tier, quality),
      ...(holdPoint ? [sample(holdPoint, this.#holdMinutes(tier), uncertainty ?? GOOD)] : []),
      ...advice.map(({ point, fromTier }) => {
        const isActive = tier >= fromTier;
        return sample(point, isActive, isActive ? GOOD : (uncertainty ?? GOOD));
      }),
    ];
  }

  #holdMinutes(tier: LightningTier): number {
    const left = Math.max(0, ...this.#watches.map(({ holds }) => holds.leftMs(tier)));
    return Math.ceil(left / 60_000);
  }

  #events(from: LightningTier, to: LightningTier, flags: number): SiteEvent[] {
    const { id, tierPoint, advice } = this.#definition;
    const time = this.#clock.now();
    const kind = to > from ? 'lightning.raised' : to === 0 ? 'lightning.all-clear' : 'lightning.lowered';
    const cause = to > from ? this.#watches.find(({ holds }) => holds.tier === to)?.words : undefined;
    const changed = advice.filter(({ fromTier }) => from >= fromTier !== to >= fromTier);
    return [
      {
        time,
        kind,
        point: tierPoint,
        text: `${id}: tier ${from} → ${to}${cause ? `; ${cause}` : ''}`,
        detail: { from, to },
        flags,
      },
      ...changed.map((one) => adviceEvent(one, to >= one.fromTier, time, flags)),
    ];
  }

  #remember(now: number, isChanged: boolean): LightningMemory | undefined {
    const isHolding = this.#tier > 0 && now >= this.#rememberAt;
    const memory = this.memory();
    const shape = shapeOf(memory);
    if (!isChanged && !isHolding && shape === this.#remembered) return undefined;
    this.#remembered = shape;
    this.#rememberAt = now + REMEMBER_EVERY_MS;
    return memory;
  }
}

const adviceEvent = (
  { point, zones, text }: LightningAdvice,
  isActive: boolean,
  time: number,
  flags: number,
): SiteEvent => ({
  time,
  kind: isActive ? 'lightning.advice-given' : 'lightning.advice-withdrawn',
  point,
  text: `${text.en}${zones.length > 0 ? ` in ${zones.join(', ')}` : ''}${isActive ? '' : ': withdrawn'}`,
  detail: { zones: zones.join(','), zh: text.zh },
  flags,
});

/** All of a memory but the time that is left. */
const shapeOf = ({ inputs, assuredTier }: LightningMemory): string =>
  JSON.stringify([assuredTier, inputs.map(({ held, total }) => [held.map(({ tier, flags }) => [tier, flags]), total])]);
