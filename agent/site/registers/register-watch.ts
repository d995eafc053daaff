import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { RegisterEntry } from '#agent/model/register.ts';
import type { RegisterWatchDefinition } from '#agent/model/register-watch.ts';
import type { Sample } from '#agent/model/sample.ts';
import { neverRead, readContact } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Settled, Told } from '../shell/derivation-shell.ts';
import { judgeEntry } from './judge-entry.ts';
import { KNOWN, REFUSED } from './memory.ts';
import type { RefusedEntry, RegisterMemory } from './memory.ts';
import { entryKey, RegisterBook } from './register-book.ts';
import type { RegisterFigures } from './register-book.ts';

/** What is late is looked for this often. */
const LOOK_EVERY_MS = 30_000;
const MOST_REFUSED = 1000;
/** A feed that is wrong in every record tells so many reasons one by one, and the rest as a number. */
const EVENTS_AT_ONCE = 50;
const MOST_SHOWN = 100;

/** Keeps the registers of a site. @param memory what an earlier watch of the same name knew */
export function createRegisterWatch(
  definition: RegisterWatchDefinition,
  clock: Clock,
  memory?: RegisterMemory,
): Derivation<null> {
  const { id, feed, repeatMs } = definition;
  return derivationOf(new RegisterWatch(definition, memory), {
    id,
    inputs: feed ? [feed.point] : [],
    repeatMs,
    clock,
  });
}

class RegisterWatch implements DerivationCore<null> {
  readonly #definition: RegisterWatchDefinition;
  readonly #book: RegisterBook;
  readonly #refused: Map<string, RefusedEntry>;
  readonly #changedRefusals = new Set<string>();
  #news: RegisterEntry[] = [];
  #events: SiteEvent[] = [];
  #figures: RegisterFigures | undefined;
  #lookAt = Number.NEGATIVE_INFINITY;
  #isHeard: boolean;
  #sim: number;
  #feed: Sample | undefined;

  constructor(definition: RegisterWatchDefinition, memory?: RegisterMemory) {
    this.#definition = definition;
    this.#book = new RegisterBook(memory?.known);
    this.#refused = new Map(memory?.refused);
    this.#isHeard = this.#book.all.size > 0;
    this.#sim = [...this.#book.all.values()].reduce((flags, { entry }) => flags | entry.flags, 0) & Flag.sim;
  }

  take(sample: Sample): void {
    this.#feed = sample;
  }

  takeFact(fact: Fact, { time }: Moment): void {
    if (fact.kind !== 'register' && fact.kind !== 'permit') return;
    this.#isHeard = true;
    const reasons = fact.kind === 'register' ? judgeEntry(fact, this.#definition.shape) : [];
    if (reasons.length > 0) return this.#refuse(fact, reasons, time);
    const taken = this.#book.take(fact, time);
    if (taken === 'conflict')
      return this.#refuse(
        fact,
        [`version ${fact.version} was told before with other words; a change needs a higher one`],
        time,
      );
    if (taken !== 'news') return;
    this.#sim |= fact.flags & Flag.sim;
    this.#news.push(fact);
    this.#lookAt = Number.NEGATIVE_INFINITY;
    const key = entryKey(fact);
    if (this.#refused.delete(key)) this.#changedRefusals.add(key);
  }

  settle(moment: Moment): Settled {
    const { now, time } = moment;
    if (!this.#figures || now >= this.#lookAt) {
      this.#lookAt = now + LOOK_EVERY_MS;
      const { shape, graceMs } = this.#definition;
      for (const key of this.#book.forget(shape, time)) this.#events.push(this.#notHeld(key, time));
      this.#news.push(...this.#book.toTellAgain(time));
      this.#figures = this.#book.figures(shape, time, graceMs);
    }
    const records = this.#news;
    const events = bounded(this.#events, this.#definition.name, time);
    const kept = [
      ...this.#book.drainChanges().map(({ key, value }) => ({ key: `${KNOWN}${key}`, value })),
      ...[...this.#changedRefusals].map((key) => ({ key: `${REFUSED}${key}`, value: this.#refused.get(key) })),
    ];
    const points = this.#points(this.#figures);
    this.#news = [];
    this.#events = [];
    this.#changedRefusals.clear();
    return { points, events, records, kept };
  }

  nextDue(): number {
    return this.#lookAt;
  }

  /** Everything is kept record by record. */
  memory(): null {
    return null;
  }

  kept(): ReadonlyMap<string, unknown> {
    return new Map<string, unknown>([
      ...[...this.#book.all].map(([key, value]) => [`${KNOWN}${key}`, value] as const),
      ...[...this.#refused].map(([key, value]) => [`${REFUSED}${key}`, value] as const),
    ]);
  }

  view(): unknown {
    const figures = this.#figures;
    const ids = (entries: readonly RegisterEntry[] = []) => entries.slice(0, MOST_SHOWN).map(entryKey);
    return {
      name: this.#definition.name,
      shape: `${this.#definition.shape.id}/${this.#definition.shape.version}`,
      records: this.#book.all.size,
      overdueInspections: ids(figures?.overdueInspections),
      openDangers: ids(figures?.openDangers),
      overdueDangers: ids(figures?.overdueDangers),
      orphans: ids(figures?.orphans),
      refused: [...this.#refused].slice(-MOST_SHOWN).map(([record, refused]) => ({ record, ...refused })),
    };
  }

  #points(figures: RegisterFigures): readonly Told[] {
    const { points } = this.#definition;
    const { quality, flags } = this.#state();
    const told = (point: Told['point'], value: number): Told => ({ point, value, quality, flags });
    return [
      told(points.overdueInspections, figures.overdueInspections.length),
      told(points.openDangers, figures.openDangers.length),
      told(points.majorDangers, figures.majorDangers.length),
      told(points.overdueDangers, figures.overdueDangers.length),
      told(points.orphans, figures.orphans.length),
      told(points.records, this.#book.all.size),
      { point: points.refused, value: this.#refused.size, quality: GOOD, flags },
    ];
  }

  /** Silence of the systems that tell the registers is not "nothing is late". */
  #state(): { readonly quality: Quality; readonly flags: number } {
    const { feed } = this.#definition;
    const reading = feed ? (this.#feed ? readContact(feed, this.#feed) : neverRead()) : undefined;
    const flags = this.#sim | ((reading?.flags ?? 0) & Flag.sim);
    if (reading && reading.isOn !== true) return { quality: uncertain('comm-lost'), flags };
    return { quality: this.#isHeard || reading ? GOOD : uncertain('not-yet-read'), flags };
  }

  #refuse(entry: RegisterEntry, reasons: readonly string[], time: number): void {
    const key = entryKey(entry);
    const before = this.#refused.get(key);
    if (before?.version === entry.version && before.reasons.join() === reasons.join()) return;
    if (!before && this.#refused.size >= MOST_REFUSED) {
      const [oldest] = this.#refused.keys();
      if (oldest !== undefined && this.#refused.delete(oldest)) this.#changedRefusals.add(oldest);
    }
    this.#refused.delete(key);
    this.#refused.set(key, { version: entry.version, reasons: reasons.slice(0, 20), time });
    this.#changedRefusals.add(key);
    this.#events.push({
      time,
      kind: 'register.refused',
      text: `${this.#definition.name}: ${key} version ${entry.version} was not taken: ${reasons.join('; ')}`.slice(
        0,
        2000,
      ),
      detail: { record: key, version: entry.version, reasons: reasons.length },
      ...(entry.source && { source: entry.source }),
      flags: entry.flags & Flag.sim,
    });
  }

  #notHeld(key: string, time: number): SiteEvent {
    return {
      time,
      kind: 'register.not-held',
      text: `${this.#definition.name}: no room for ${key}; it was told, and whether it is late is no longer watched`,
      detail: { record: key },
      flags: this.#sim,
    };
  }
}

function bounded(events: readonly SiteEvent[], name: string, time: number): readonly SiteEvent[] {
  if (events.length <= EVENTS_AT_ONCE) return events;
  const rest = events.slice(EVENTS_AT_ONCE);
  const flags = rest.every((event) => (event.flags & Flag.sim) !== 0) ? Flag.sim : 0;
  const text = `${name}: ${rest.length} further records were not taken or not held`;
  return [...events.slice(0, EVENTS_AT_ONCE), { time, kind: 'register.refused', text, flags }];
}
