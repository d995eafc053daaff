import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { TripDefinition } from '#agent/model/trip.ts';
import { neverRead, readContact } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import type { TripMemory } from './memory.ts';

/** Watches one trip group. @param memory what an earlier watch of the same group told last */
export function createTripWatch(definition: TripDefinition, clock: Clock, memory?: TripMemory): Derivation<TripMemory> {
  const { id, tripped, firstOut, events, polled, repeatMs } = definition;
  const inputs = [
    tripped.point,
    ...(firstOut === undefined ? [] : [firstOut]),
    ...events.flatMap(({ cause, seconds, milliseconds }) => [cause, seconds, ...(milliseconds ? [milliseconds] : [])]),
    ...polled.map(({ point }) => point),
  ];
  return derivationOf(new TripWatch(definition, clock, memory), { id, inputs, repeatMs, clock });
}

/** One entry of the safety system's record. */
interface TripEvent {
  readonly cause: string;
  /** UTC ms by the safety system's clock. */
  readonly time: number;
}

class TripWatch implements DerivationCore<TripMemory> {
  readonly #definition: TripDefinition;
  readonly #samples = new Map<PointId, Sample>();
  #tripped: ContactReading = neverRead();
  #since: Moment | undefined;
  #isTold: boolean;
  #cause: string;
  #polled: readonly string[];
  /** Polled causes that act now. */
  readonly #acting = new Set<string>();

  constructor(definition: TripDefinition, clock: Clock, memory?: TripMemory) {
    this.#definition = definition;
    this.#isTold = memory?.isTold ?? false;
    this.#cause = memory?.cause ?? '';
    this.#polled = memory?.polled ?? [];
    // What was not told before the restart is told as soon as the group is read again.
    if (memory?.since !== undefined) this.#since = { now: clock.monotonic(), time: memory.since };
  }

  take(sample: Sample): void {
    const { tripped, polled } = this.#definition;
    this.#samples.set(sample.point, sample);
    if (sample.point === tripped.point) this.#tripped = readContact(tripped, sample);
    for (const cause of polled) {
      if (cause.point !== sample.point) continue;
      const { isOn } = readContact(cause, sample);
      if (isOn === true) this.#acting.add(cause.name);
      else if (isOn === false) this.#acting.delete(cause.name);
      if (isOn === true && !this.#polled.includes(cause.name)) this.#polled = [...this.#polled, cause.name];
    }
  }

  settle(moment: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    const events: SiteEvent[] = [];
    if (this.#tripped.isOn === true && !this.#since) {
      this.#since = moment;
      this.#isTold = false;
      this.#cause = '';
    }
    if (this.#tripped.isOn === false) {
      if (this.#since) {
        if (!this.#isTold) events.push(this.#tell(moment));
        events.push(this.#event(moment, 'trip.reset', 'no longer tripped', {}));
      }
      this.#since = undefined;
      this.#isTold = false;
      this.#cause = '';
      // A cause may be read before the trip that it makes.
      this.#polled = this.#polled.filter((name) => this.#acting.has(name));
    }
    if (this.#since && !this.#isTold && this.#tripped.isOn === true && moment.now >= this.#dueAt(this.#since))
      events.push(this.#tell(moment));
    return { points: this.#points(), events };
  }

  nextDue(): number | undefined {
    return this.#since && !this.#isTold && this.#tripped.isOn === true ? this.#dueAt(this.#since) : undefined;
  }

  memory(): TripMemory {
    const { cause, polled } = { cause: this.#cause, polled: this.#polled };
    return { ...(this.#since && { since: this.#since.time }), isTold: this.#isTold, cause, polled };
  }

  #dueAt({ now }: Moment): number {
    return now + this.#definition.settleMs;
  }

  #tell(moment: Moment): SiteEvent {
    const record = this.#record();
    const latched = this.#text(this.#definition.firstOut);
    const first = latched ?? record[0]?.cause;
    const isInferred = first === undefined && this.#polled.length > 0;
    this.#cause = first ?? (isInferred ? `${this.#polled[0] ?? ''}（推断）` : '未知');
    this.#isTold = true;
    const order = record.map(({ cause, time }) => `${new Date(time).toISOString()} ${cause}`);
    const said = first ?? (isInferred ? `${this.#polled[0] ?? ''}, inferred from polling` : 'cause unknown');
    return this.#event(moment, 'trip.happened', `tripped: ${said}`, {
      firstOut: first ?? null,
      sequence: order.join('; '),
      inferred: isInferred,
      ...(isInferred && { polled: this.#polled.join('; ') }),
      seen: this.#since?.time ?? moment.time,
    });
  }

  /** By the safety system's own times; entries that are empty or in doubt are left out. */
  #record(): readonly TripEvent[] {
    return this.#definition.events
      .flatMap(({ cause, seconds, milliseconds }): TripEvent[] => {
        const [what, whole] = [this.#text(cause), this.#number(seconds)];
        if (what === undefined || whole === undefined || whole <= 0) return [];
        return [{ cause: what, time: whole * 1000 + (milliseconds ? (this.#number(milliseconds) ?? 0) : 0) }];
      })
      .toSorted((a, b) => a.time - b.time);
  }

  #good(point: PointId | undefined): SampleValue | undefined {
    const sample = point === undefined ? undefined : this.#samples.get(point);
    return sample?.quality.level === 'good' && sample.value !== null ? sample.value : undefined;
  }

  #number(point: PointId): number | undefined {
    const value = this.#good(point);
    return typeof value === 'number' ? value : undefined;
  }

  #text(point: PointId | undefined): string | undefined {
    const value = this.#good(point);
    if (value === undefined || value === 0 || value === '' || value === false) return undefined;
    return this.#definition.causes[String(value)] ?? String(value);
  }

  #points(): readonly Told[] {
    const { tripPoint, causePoint } = this.#definition;
    const { quality } = this.#tripped;
    const flags = this.#tripped.flags & Flag.sim;
    const isTripped = this.#since !== undefined;
    return [
      // A trip that was seen is over only when a good value says so.
      { point: tripPoint, value: isTripped, quality: isTripped ? GOOD : quality, flags },
      { point: causePoint, value: this.#cause, quality: isTripped && this.#isTold ? GOOD : quality, flags },
    ];
  }

  #event({ time }: Moment, kind: string, what: string, detail: NonNullable<SiteEvent['detail']>): SiteEvent {
    const { id, name, tripPoint } = this.#definition;
    const flags = this.#tripped.flags & Flag.sim;
    return { time, kind, point: tripPoint, text: `${name}: ${what}`, detail: { group: id, ...detail }, flags };
  }
}
