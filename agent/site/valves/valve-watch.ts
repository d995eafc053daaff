import type { Clock } from '#agent/model/clock.ts';
import type { Contact } from '#agent/model/contact.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { ValveDefinition, ValveState } from '#agent/model/valve.ts';
import { neverRead, readContact, together } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import type { ValveMemory } from './memory.ts';
import { placeOf } from './place.ts';

/** Beyond half as much again as its full stroke a valve does not travel, it hangs. */
const TRAVEL_LIMIT = 1.5;

type Role = 'open' | 'closed' | 'command' | 'partialStroke';

/** Watches one shut-off valve. @param memory what an earlier watch of the same valve told last */
export function createValveWatch(
  definition: ValveDefinition,
  clock: Clock,
  memory?: ValveMemory,
): Derivation<ValveMemory> {
  const { id, open, closed, command, partialStroke, repeatMs } = definition;
  const contacts = [open, closed, ...(command ? [command] : []), ...(partialStroke ? [partialStroke] : [])];
  const core = new ValveWatch(definition, { now: clock.monotonic(), time: clock.now() }, memory);
  return derivationOf(core, { id, inputs: contacts.map(({ point }) => point), repeatMs, clock });
}

class ValveWatch implements DerivationCore<ValveMemory> {
  readonly #definition: ValveDefinition;
  readonly #contacts: readonly (readonly [Role, Contact])[];
  readonly #readings = new Map<Role, ContactReading>();
  /** The last state that was certain. */
  #state: ValveState;
  /** Since when neither switch is made: monotonic, and UTC ms. */
  #travelsSince: number | undefined;
  #travelsAt: number | undefined;
  /** Where the last certain command wants it, and since when (monotonic). */
  #wanted: 'open' | 'closed' | undefined;
  #wantedSince = Number.NEGATIVE_INFINITY;
  /** UTC ms; undefined where the change of the command was not seen. */
  #wantedAt: number | undefined;
  /** The change of the command was seen, so that the stroke can be timed. */
  #isTimed = false;
  /** It has been where it is wanted since the command changed. */
  #hasArrived: boolean;
  /** Monotonic: when it left its place; undefined while it is there, or was told to leave. */
  #leftAt: number | undefined;
  #isUncommanded: boolean;
  #isDiscrepant: boolean;
  #testSince: number | undefined;
  #strokeSeconds: number | null;
  #settledAt = 0;

  constructor(definition: ValveDefinition, { now, time }: Moment, memory?: ValveMemory) {
    this.#definition = definition;
    const { open, closed, command, partialStroke } = definition;
    this.#contacts = [
      ['open', open],
      ['closed', closed],
      ...(command ? ([['command', command]] as const) : []),
      ...(partialStroke ? ([['partialStroke', partialStroke]] as const) : []),
    ];
    this.#state = memory?.state ?? 'unknown';
    this.#wanted = memory?.wanted;
    // What time passed while nobody watched is known by the wall clock alone.
    const agoOf = (at: number): number => now - Math.max(0, time - at);
    if (memory?.wantedAt !== undefined) {
      this.#wantedSince = agoOf(memory.wantedAt);
      this.#wantedAt = memory.wantedAt;
      this.#isTimed = true;
    }
    if (memory?.travelsSince !== undefined) {
      this.#travelsSince = agoOf(memory.travelsSince);
      this.#travelsAt = memory.travelsSince;
    }
    this.#hasArrived = memory?.hasArrived ?? false;
    this.#isUncommanded = memory?.isUncommanded ?? false;
    this.#isDiscrepant = memory?.isDiscrepant ?? false;
    this.#strokeSeconds = memory?.strokeSeconds ?? null;
  }

  take(sample: Sample): void {
    for (const [role, contact] of this.#contacts)
      if (contact.point === sample.point) this.#readings.set(role, readContact(contact, sample));
  }

  settle(moment: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    const before = this.#state;
    const events: SiteEvent[] = [];
    this.#settledAt = moment.now;
    const { quality, flags } = this.#place(moment);
    this.#takeCommand(moment);
    const isTesting = this.#test(moment.now);
    this.#judge(moment, { isTesting, before, events, flags });
    if (this.#state !== before) events.push(this.#event(moment, 'valve.moved', `${before} → ${this.#state}`, flags));
    return { points: this.#points(moment.now, quality, flags), events };
  }

  /** While the switches are in doubt no time that passes makes anything certain. */
  nextDue(): number | undefined {
    const { strokeMs, partialStroke, commandLagMs } = this.#definition;
    const travelMs = strokeMs * TRAVEL_LIMIT;
    const isWaited = this.#wanted !== undefined && !this.#hasArrived && !this.#isDiscrepant;
    const ofSwitches = this.#isPlaceKnown
      ? [
          ...(this.#state === 'travelling' && this.#travelsSince !== undefined ? [this.#travelsSince + travelMs] : []),
          ...(isWaited ? [this.#wantedSince + travelMs] : []),
          ...(this.#leftAt !== undefined && !this.#isUncommanded ? [this.#leftAt + commandLagMs] : []),
        ]
      : [];
    const ofTest =
      this.#testSince !== undefined && !this.#isTestOverdue(this.#settledAt)
        ? [this.#testSince + (partialStroke?.longestMs ?? 0)]
        : [];
    const due = [...ofSwitches, ...ofTest];
    return due.length === 0 ? undefined : Math.min(...due);
  }

  memory(): ValveMemory {
    return {
      state: this.#state,
      ...(this.#wanted !== undefined && { wanted: this.#wanted }),
      ...(this.#wantedAt !== undefined && !this.#hasArrived && { wantedAt: this.#wantedAt }),
      ...(this.#travelsAt !== undefined && { travelsSince: this.#travelsAt }),
      hasArrived: this.#hasArrived,
      isUncommanded: this.#isUncommanded,
      isDiscrepant: this.#isDiscrepant,
      strokeSeconds: this.#strokeSeconds,
    };
  }

  get #isPlaceKnown(): boolean {
    return this.#reading('open').isOn !== undefined && this.#reading('closed').isOn !== undefined;
  }

  #reading(role: Role): ContactReading {
    return this.#readings.get(role) ?? neverRead();
  }

  /** Takes the switches. A state that was certain stays while they are in doubt, told with the doubt's quality. */
  #place({ now, time }: Moment): { readonly quality: Quality; readonly flags: number } {
    const [open, closed] = [this.#reading('open'), this.#reading('closed')];
    const state = placeOf(open.isOn, closed.isOn);
    if (state === 'travelling') {
      this.#travelsSince ??= now;
      this.#travelsAt ??= time;
      const isOverdue = now - this.#travelsSince >= this.#definition.strokeMs * TRAVEL_LIMIT;
      this.#state = isOverdue ? 'travel-fault' : 'travelling';
    } else if (state !== undefined) {
      this.#travelsSince = undefined;
      this.#travelsAt = undefined;
      this.#state = state;
    }
    return together([open, closed]);
  }

  #takeCommand({ now, time }: Moment): void {
    const { isOn } = this.#reading('command');
    if (isOn === undefined) return;
    const wanted = isOn ? 'open' : 'closed';
    if (wanted === this.#wanted) return;
    // At the start of the watch nothing is known of when it was given: it has its full time.
    this.#isTimed = this.#wanted !== undefined;
    this.#wanted = wanted;
    this.#wantedSince = now;
    this.#wantedAt = this.#isTimed ? time : undefined;
    this.#hasArrived = false;
    this.#leftAt = undefined;
    this.#isUncommanded = false;
    this.#isDiscrepant = false;
  }

  /** True while a test excuses the valve for not being open. */
  #test(now: number): boolean {
    const { isOn } = this.#reading('partialStroke');
    if (isOn === true) this.#testSince ??= now;
    else if (isOn === false) this.#testSince = undefined;
    return this.#testSince !== undefined && !this.#isTestOverdue(now);
  }

  #isTestOverdue(now: number): boolean {
    const longest = this.#definition.partialStroke?.longestMs ?? 0;
    return this.#testSince !== undefined && now - this.#testSince >= longest;
  }

  #judge(
    { now, time }: Moment,
    given: { isTesting: boolean; before: ValveState; events: SiteEvent[]; flags: number },
  ): void {
    const { strokeMs, commandLagMs } = this.#definition;
    if (this.#wanted === undefined || !this.#isPlaceKnown) return;
    const isThere = this.#state === this.#wanted;
    if (isThere) {
      if (!this.#hasArrived && this.#isTimed && given.before !== this.#state) this.#finishStroke({ now, time }, given);
      this.#hasArrived = true;
      this.#leftAt = undefined;
      this.#isUncommanded = false;
      this.#isDiscrepant = false;
      return;
    }
    if (given.isTesting && this.#state !== 'closed') {
      this.#leftAt = undefined;
      return;
    }
    if (this.#hasArrived) {
      this.#leftAt ??= now;
      if (now - this.#leftAt < commandLagMs) return;
      if (!this.#isUncommanded)
        given.events.push(
          this.#event({ now, time }, 'valve.uncommanded', `left ${this.#wanted} without a command`, given.flags),
        );
      this.#isUncommanded = true;
    }
    this.#isDiscrepant = this.#hasArrived || now - this.#wantedSince >= strokeMs * TRAVEL_LIMIT;
  }

  #finishStroke(moment: Moment, { events, flags }: { events: SiteEvent[]; flags: number }): void {
    const seconds = Math.round((moment.now - this.#wantedSince) / 100) / 10;
    this.#strokeSeconds = seconds;
    events.push({
      ...this.#event(moment, 'valve.stroke', `${this.#wanted ?? ''} after ${seconds} s`, flags),
      detail: { valve: this.#definition.id, to: this.#wanted ?? null, seconds },
    });
  }

  #points(now: number, switches: Quality, flags: number): readonly Told[] {
    const { statePoint, discrepancyPoint, uncommandedPoint, testOverduePoint, strokeTimePoint } = this.#definition;
    const { command, partialStroke } = this.#definition;
    const all = flags | this.#reading('command').flags;
    const state = this.#state === 'unknown' && switches.level === 'good' ? uncertain('not-yet-read') : switches;
    const told = (point: Told['point'], value: SampleValue, quality: Quality): Told => ({
      point,
      value,
      quality,
      flags: all,
    });
    // What is certain stays so however the rest is in doubt: a fault that was seen is not taken back.
    const claim = (point: Told['point'], isSo: boolean, isKnown: Quality): Told =>
      told(point, isSo, isSo ? GOOD : isKnown);
    const both = together([this.#reading('open'), this.#reading('closed'), this.#reading('command')]).quality;
    return [
      told(statePoint, this.#state, state),
      ...(command
        ? [claim(discrepancyPoint, this.#isDiscrepant, both), claim(uncommandedPoint, this.#isUncommanded, both)]
        : []),
      ...(partialStroke
        ? [claim(testOverduePoint, this.#isTestOverdue(now), this.#reading('partialStroke').quality)]
        : []),
      ...(command
        ? [told(strokeTimePoint, this.#strokeSeconds, this.#strokeSeconds === null ? uncertain('not-yet-read') : GOOD)]
        : []),
    ];
  }

  #event({ time }: Moment, kind: string, what: string, flags: number): SiteEvent {
    const { id, name, statePoint } = this.#definition;
    return { time, kind, point: statePoint, text: `${name}: ${what}`, detail: { valve: id }, flags };
  }
}
