import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { FillingDefinition } from '#agent/model/filling.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD, uncertain, worst } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { neverRead, readContact } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import type { FillingMemory, OpenFilling } from './memory.ts';

/** Watches one filling arm. @param memory what an earlier watch of the same arm told last */
export function createFillingWatch(
  definition: FillingDefinition,
  clock: Clock,
  memory?: FillingMemory,
): Derivation<FillingMemory> {
  const { id, phase, flow, permissives, batch, loaded, preset, repeatMs } = definition;
  const inputs = [phase?.point, flow?.point, batch, loaded, preset, ...permissives.map(({ point }) => point)];
  const core = new FillingWatch(definition, memory);
  return derivationOf(core, { id, inputs: inputs.filter((point) => point !== undefined), repeatMs, clock });
}

class FillingWatch implements DerivationCore<FillingMemory> {
  readonly #definition: FillingDefinition;
  readonly #samples = new Map<PointId, Sample>();
  readonly #permissives: Map<string, ContactReading>;
  #open: OpenFilling | undefined;
  #lastBatch: string | undefined;
  #lastLoaded: number | null;
  /** Monotonic: since when nothing flows in an open filling. */
  #restsSince: number | undefined;

  constructor(definition: FillingDefinition, memory?: FillingMemory) {
    this.#definition = definition;
    this.#permissives = new Map(definition.permissives.map(({ name }) => [name, neverRead()]));
    this.#open = memory?.open;
    this.#lastBatch = memory?.lastBatch;
    this.#lastLoaded = memory?.lastLoaded ?? null;
  }

  take(sample: Sample): void {
    this.#samples.set(sample.point, sample);
    for (const permissive of this.#definition.permissives)
      if (permissive.point === sample.point) this.#permissives.set(permissive.name, readContact(permissive, sample));
  }

  settle(moment: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    const events: SiteEvent[] = [];
    const flows = this.#flows();
    this.#follow(moment, flows, events);
    const lost = flows === true ? this.#lost() : [];
    if (this.#open && lost.some((name) => !this.#open?.lost.includes(name))) {
      this.#open = { ...this.#open, lost: [...new Set([...this.#open.lost, ...lost])] };
      events.push(this.#event(moment, 'filling.permissive-lost', `${lost.join(', ')} lost while product flows`, {}));
    }
    return { points: this.#points(flows, lost), events };
  }

  nextDue(): number | undefined {
    return this.#restsSince === undefined ? undefined : this.#restsSince + this.#definition.restMs;
  }

  memory(): FillingMemory {
    return {
      ...(this.#open && { open: this.#open }),
      ...(this.#lastBatch !== undefined && { lastBatch: this.#lastBatch }),
      lastLoaded: this.#lastLoaded,
    };
  }

  #good(point: PointId | undefined): SampleValue | undefined {
    const sample = point === undefined ? undefined : this.#samples.get(point);
    return sample?.quality.level === 'good' && sample.value !== null ? sample.value : undefined;
  }

  #number(point: PointId | undefined): number | null {
    const value = this.#good(point);
    return typeof value === 'number' ? value : null;
  }

  /** Undefined where neither phase nor flow can be trusted; product that may flow is taken to flow on. */
  #flows(): boolean | undefined {
    const { phase, flow } = this.#definition;
    const [inPhase, measured] = [this.#good(phase?.point), this.#good(flow?.point)];
    const says = [
      ...(phase && inPhase !== undefined ? [phase.flowing.includes(inPhase)] : []),
      ...(flow && typeof measured === 'number' ? [measured > flow.above] : []),
    ];
    if (says.includes(true)) return true;
    // Both must say that nothing flows.
    return says.length === Number(phase !== undefined) + Number(flow !== undefined) ? false : undefined;
  }

  #isOver(): boolean {
    const { phase } = this.#definition;
    const inPhase = this.#good(phase?.point);
    return phase !== undefined && inPhase !== undefined && phase.over.includes(inPhase);
  }

  #lost(): readonly string[] {
    return [...this.#permissives].flatMap(([name, { isOn }]) => (isOn === false ? [name] : []));
  }

  #follow(moment: Moment, flows: boolean | undefined, events: SiteEvent[]): void {
    const { batch, loaded, preset, phase, restMs } = this.#definition;
    const number = this.#good(batch);
    const told = number === undefined || number === 0 || number === '' ? undefined : String(number);
    if (this.#open && told !== undefined && !this.#open.isOwnNumber && told !== this.#open.batch)
      this.#finish(moment, 'end not seen', events);
    if (this.#open && this.#open.isOwnNumber && told !== undefined && told !== this.#lastBatch)
      this.#open = { ...this.#open, batch: told, isOwnNumber: false };
    if (flows === true) {
      this.#restsSince = undefined;
      if (!this.#open && (told === undefined || told !== this.#lastBatch)) this.#begin(moment, told, events);
    }
    if (!this.#open) return;
    this.#open = {
      ...this.#open,
      loaded: this.#number(loaded) ?? this.#open.loaded,
      preset: this.#number(preset) ?? this.#open.preset,
    };
    if (flows === true) return;
    if (this.#isOver()) this.#finish(moment, 'complete', events);
    else if (flows === false && phase === undefined) {
      this.#restsSince ??= moment.now;
      if (moment.now - this.#restsSince >= restMs) this.#finish(moment, 'complete', events);
    }
  }

  #begin(moment: Moment, told: string | undefined, events: SiteEvent[]): void {
    const { loaded, preset, batch } = this.#definition;
    this.#open = {
      batch: told ?? new Date(moment.time).toISOString(),
      isOwnNumber: told === undefined,
      began: moment.time,
      loadedBefore: this.#number(loaded),
      loaded: this.#number(loaded),
      preset: this.#number(preset),
      lost: [],
      flags: this.#flags(),
    };
    if (batch !== undefined && told === undefined)
      events.push(this.#event(moment, 'filling.no-batch-number', 'the controller tells no batch number', {}));
  }

  #finish(moment: Moment, end: string, events: SiteEvent[]): void {
    const open = this.#open;
    if (!open) return;
    this.#open = undefined;
    this.#restsSince = undefined;
    this.#lastBatch = open.batch;
    this.#lastLoaded = open.loaded;
    const isShort = open.preset !== null && open.loaded !== null && open.loaded < open.preset * SHORT;
    const result = end === 'complete' && isShort ? 'ended early' : end;
    events.push({
      ...this.#event(moment, 'filling.finished', `batch ${open.batch}: ${open.loaded ?? 'unknown'} loaded, ${result}`, {
        batch: open.batch,
        ownNumber: open.isOwnNumber,
        began: open.began,
        ended: moment.time,
        loaded: open.loaded,
        preset: open.preset,
        permissivesLost: open.lost.join(', '),
        result,
      }),
      flags: open.flags | this.#flags(),
    });
  }

  #flags(): number {
    return [...this.#samples.values()].reduce((all, { flags }) => all | flags, 0) & Flag.sim;
  }

  #points(flows: boolean | undefined, lost: readonly string[]): readonly Told[] {
    const { lostPoint, fillingPoint, lastLoadedPoint, phase, flow } = this.#definition;
    const flags = this.#flags();
    const of = (point: PointId | undefined): Quality =>
      (point === undefined ? undefined : this.#samples.get(point)?.quality) ?? uncertain('not-yet-read');
    const state = [...(phase ? [of(phase.point)] : []), ...(flow ? [of(flow.point)] : [])].reduce(worst, GOOD);
    const permissives = [...this.#permissives.values()].map(({ quality }) => quality).reduce(worst, GOOD);
    const isLost = lost.length > 0;
    // That nothing is lost is only certain where nothing flows, or every permissive is known.
    const safe = flows === false ? state : worst(state, permissives);
    return [
      { point: lostPoint, value: isLost, quality: isLost ? GOOD : safe, flags },
      { point: fillingPoint, value: this.#open !== undefined, quality: state, flags },
      {
        point: lastLoadedPoint,
        value: this.#lastLoaded,
        quality: this.#lastLoaded === null ? uncertain('not-yet-read') : GOOD,
        flags,
      },
    ];
  }

  #event({ time }: Moment, kind: string, what: string, detail: NonNullable<SiteEvent['detail']>): SiteEvent {
    const { id, name, fillingPoint } = this.#definition;
    return {
      time,
      kind,
      point: fillingPoint,
      text: `${name}: ${what}`,
      detail: { filling: id, ...detail },
      flags: this.#flags(),
    };
  }
}

/** Less than this share of the preset was stopped before its end. */
const SHORT = 0.98;
