import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { HazardLevel, HazardSourceDefinition } from '#agent/model/hazard-source.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { HazardSourceMemory } from './memory.ts';
import { StockWatch, stockKey } from './stock-watch.ts';
import { figuresOf } from './tonnes.ts';

/** A changed inventory is remembered this often; what begins to be held, at once. */
const REMEMBER_EVERY_MS = 60_000;

/**
 * Inventory, Σq/Q, R and level of one hazard source. A stock whose reading is bad keeps its last good tonnes, so that the
 * sum is uncertain and never lower for it; the level is certain all the same where the stocks in order alone reach it.
 *
 * @param memory what an earlier watch of the same id told last
 */
export const createHazardSourceWatch = (
  definition: HazardSourceDefinition,
  clock: Clock,
  memory?: HazardSourceMemory,
): Derivation<HazardSourceMemory> => new HazardSourceWatch(definition, clock, memory);

class HazardSourceWatch implements Derivation<HazardSourceMemory> {
  readonly id: string;
  readonly inputs: ReadonlySet<PointId>;
  readonly #definition: HazardSourceDefinition;
  readonly #clock: Clock;
  /** By substance. */
  readonly #stocks: readonly (readonly StockWatch[])[];
  readonly #byPoint = new Map<PointId, StockWatch[]>();
  #level: HazardLevel | undefined;
  #told = '';
  #repeatAt: number;
  #remembered = '';
  #rememberAt: number;
  /** Names of stocks that were held when last told. */
  #inDoubt = new Set<string>();

  constructor(definition: HazardSourceDefinition, clock: Clock, memory?: HazardSourceMemory) {
    this.id = definition.id;
    this.#definition = definition;
    this.#clock = clock;
    this.#stocks = definition.substances.map(({ stocks }) =>
      stocks.map((stock) => {
        const watch = new StockWatch(stock, memory?.stocks.find((one) => one.stock === stockKey(stock))?.tonnes);
        if (stock.kind !== 'declared')
          this.#byPoint.set(stock.point, [...(this.#byPoint.get(stock.point) ?? []), watch]);
        return watch;
      }),
    );
    this.inputs = new Set(this.#byPoint.keys());
    this.#remembered = JSON.stringify(this.memory());
    this.#repeatAt = clock.monotonic();
    this.#rememberAt = this.#repeatAt + REMEMBER_EVERY_MS;
  }

  onSamples(samples: readonly Sample[]): Derived<HazardSourceMemory> {
    for (const sample of samples) {
      if (hasFlag(sample.flags, 'backfilled')) continue;
      for (const watch of this.#byPoint.get(sample.point) ?? []) watch.take(sample);
    }
    return this.#settle();
  }

  onTick(): Derived<HazardSourceMemory> {
    return this.#settle();
  }

  nextDue(): number {
    return this.#repeatAt;
  }

  memory(): HazardSourceMemory {
    return {
      stocks: this.#stocks
        .flat()
        .flatMap(({ name, remembered }) => (remembered === undefined ? [] : [{ stock: name, tonnes: remembered }])),
    };
  }

  #settle(): Derived<HazardSourceMemory> {
    const now = this.#clock.monotonic();
    const { definition, all } = { definition: this.#definition, all: this.#stocks.flat() };
    const tonnes = this.#stocks.map((stocks) => sum(stocks.map((stock) => stock.tonnes ?? 0)));
    const certain = this.#stocks.map((stocks) => sum(stocks.map((one) => (one.doubt ? 0 : (one.tonnes ?? 0)))));
    const { ratio, index, level } = figuresOf(definition, tonnes);
    const flags = all.reduce((every, stock) => every | stock.flags, 0);
    const quality = qualityOf(all);
    const levelQuality = figuresOf(definition, certain).level === level && level > 0 ? GOOD : quality;
    const time = this.#clock.now();
    const sample = (point: PointId, value: number, its: Quality): Sample => ({
      point,
      value,
      quality: its,
      sourceTime: time,
      receiveTime: time,
      flags,
    });
    const samples = [
      ...definition.substances.map(({ point }, at) =>
        sample(point, tonnes[at] ?? 0, qualityOf(this.#stocks[at] ?? [])),
      ),
      sample(definition.ratioPoint, ratio, quality),
      sample(definition.indexPoint, index, quality),
      sample(definition.levelPoint, level, levelQuality),
    ];
    const state = JSON.stringify(samples.map(({ value, quality: its }) => [value, its.level, its.reason, flags]));
    const isDue = state !== this.#told || now >= this.#repeatAt;
    if (isDue) this.#repeatAt = now + definition.repeatMs;
    this.#told = state;
    const events = [...this.#heldEvents(time), ...this.#levelEvents(level, time, flags)];
    const memory = this.#remember(now, events.length > 0);
    return { samples: isDue ? samples : [], events, ...(memory && { memory }) };
  }

  #levelEvents(level: HazardLevel, time: number, flags: number): SiteEvent[] {
    const from = this.#level;
    this.#level = level;
    if (from === undefined || from === level) return [];
    const { id, levelPoint } = this.#definition;
    const text = `${id}: level ${from} → ${level} (GB 18218; 1 is the gravest, 0 is none)`;
    return [{ time, kind: 'hazard-source.level-changed', point: levelPoint, text, detail: { from, to: level }, flags }];
  }

  #heldEvents(time: number): SiteEvent[] {
    const before = this.#inDoubt;
    const stocks = this.#stocks.flat().filter((one) => one.doubt !== undefined && one.doubt !== 'not-yet-read');
    this.#inDoubt = new Set(stocks.map(({ name }) => name));
    return stocks
      .filter(({ name }) => !before.has(name))
      .map(({ name, doubt = '', tonnes, flags }) => ({
        time,
        kind: 'hazard-source.held',
        point: this.#definition.ratioPoint,
        text: `${this.id}: ${name} is ${doubt}; ${tonnes === undefined ? 'nothing is known of it' : `held at ${tonnes.toFixed(3)} t`}`,
        detail: { stock: name, reason: doubt, ...(tonnes !== undefined && { tonnes }) },
        flags,
      }));
  }

  #remember(now: number, isNow: boolean): HazardSourceMemory | undefined {
    if (!isNow && now < this.#rememberAt && this.#remembered !== '{"stocks":[]}') return undefined;
    const memory = this.memory();
    const shape = JSON.stringify(memory);
    if (shape === this.#remembered) return undefined;
    this.#remembered = shape;
    this.#rememberAt = now + REMEMBER_EVERY_MS;
    return memory;
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

/** Bad where nobody knows how much it could be, uncertain where something is held. */
function qualityOf(stocks: readonly StockWatch[]): Quality {
  const unknown = stocks.find(({ tonnes }) => tonnes === undefined);
  if (unknown) return bad(unknown.doubt ?? 'not-yet-read');
  const doubt = stocks.find((one) => one.doubt !== undefined)?.doubt;
  return doubt ? uncertain(doubt) : GOOD;
}
