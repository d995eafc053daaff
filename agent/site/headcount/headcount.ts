import type { Clock } from '#agent/model/clock.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import { hasFlag } from '#agent/model/flags.ts';
import { ruleTexts, type HeadcountDefinition, type Person, type ZoneRule } from '#agent/model/headcount.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { PeopleView } from '#agent/model/people.ts';
import { degreesOf } from '#agent/model/placement.ts';
import type { RosterFact } from '#agent/model/roster.ts';
import { GOOD, uncertain, type Quality, type QualityReason } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { tagId } from '#agent/model/tag.ts';
import type { HeadcountMemory } from './memory.ts';
import type { KnownRoster } from './kept-roster.ts';
import { LiveRoster, namesExpiredEvent, rosterEvent } from './live-roster.ts';
import { occupantsOf, type Occupants } from './occupants.ts';
import { peopleView } from './people-view.ts';
import { pseudonymOf } from './pseudonym.ts';
import { Posts } from './posts.ts';
import { Survey } from './survey.ts';
import { TagTracker, type Taken } from './tag-tracker.ts';
import { applyRules, type ActiveRules, type RuleChange } from './zone-rules.ts';

/** Counts and rules are worked out this often, whatever the rate of the fixes; an SOS at once. */
const EVALUATE_EVERY_MS = 1000;
/** Where people were is remembered this often; what is latched at once. */
const REMEMBER_EVERY_MS = 5000;

/** What earlier runs told last, and at the very first start the key of the pseudonyms alone. */
export type HeadcountStart = Pick<HeadcountMemory, 'key'> &
  Partial<HeadcountMemory> & { readonly roster?: KnownRoster };

/**
 * Who is where: people by zone, with those who are not heard kept where they were, and the rules about people. Nothing
 * but a fix elsewhere or the time to forget takes a person out of a zone.
 */
export const createHeadcount = (
  definition: HeadcountDefinition,
  clock: Clock,
  start: HeadcountStart,
): Derivation<HeadcountMemory> => new Headcount(definition, clock, start);

class Headcount implements Derivation<HeadcountMemory> {
  readonly id: string;
  /** It looks at facts alone. */
  readonly inputs: ReadonlySet<PointId> = new Set();
  readonly #definition: HeadcountDefinition;
  readonly #clock: Clock;
  readonly #tracker: TagTracker;
  readonly #roster: LiveRoster;
  readonly #survey: Survey | undefined;
  readonly #posts: Posts;
  #persons: readonly Person[];
  #isRosterNew = false;
  readonly #key: string;
  readonly #active: readonly ActiveRules[];
  readonly #pending: readonly Map<ZoneRule, number>[];
  readonly #heard = new Map<string, number>();
  readonly #told = new Map<PointId, string>();
  readonly #taken: Record<Taken, number> = { good: 0, late: 0, jump: 0, unplaced: 0, overfull: 0 };
  readonly #unplaced = new Set<string>();
  #occupants: readonly Occupants[] = [];
  #fixRate = 100;
  #isStateDue = true;
  #evaluateAt: number;
  #repeatAt: number;
  #rememberAt: number;

  constructor(definition: HeadcountDefinition, clock: Clock, start: HeadcountStart) {
    const now = clock.monotonic();
    this.id = definition.id;
    this.#definition = definition;
    this.#clock = clock;
    this.#key = start.key;
    this.#survey = definition.survey && new Survey(definition.survey);
    this.#roster = new LiveRoster(definition, clock, start.roster, start.rosterTold);
    this.#persons = start.roster && definition.roster ? start.roster.persons : definition.persons;
    this.#tracker = new TagTracker({ ...definition, persons: this.#persons });
    this.#posts = new Posts(definition.zones, start.posts ?? []);
    this.#active = definition.zones.map(() => new Map());
    this.#pending = definition.zones.map(() => new Map());
    for (const tag of start.tags ?? []) if (!this.#survey?.has(tagId(tag.tag))) this.#tracker.restore(tag, now);
    for (const [place, [zone, rule, person]] of (start.active ?? []).entries()) {
      const since = start.activeSince?.[place] ?? clock.now();
      const index = definition.zones.findIndex(({ id = '' }) => id === zone);
      const known = this.#active[index];
      const named = rule as ZoneRule;
      known?.set(named, (known.get(named) ?? new Map<string, number>()).set(person, since));
      if (person === '') this.#pending[index]?.set(named, Number.NEGATIVE_INFINITY);
    }
    this.#evaluateAt = now;
    this.#repeatAt = now;
    this.#rememberAt = now;
  }

  onSamples(): Derived<HeadcountMemory> {
    return { samples: [], events: [] };
  }

  onFacts(facts: readonly Fact[]): Derived<HeadcountMemory> {
    const now = this.#clock.monotonic();
    const events: SiteEvent[] = [];
    for (const fact of facts) {
      if (fact.kind === 'roster') this.#takeRoster(fact, events);
      if ((fact.kind !== 'tag-fix' && fact.kind !== 'tag-state') || hasFlag(fact.flags, 'backfilled')) continue;
      this.#heard.set(fact.source ?? '', now);
      if (this.#survey?.has(fact.tag)) {
        const ground = fact.kind === 'tag-fix' ? this.#tracker.groundOf(fact) : undefined;
        if (ground) this.#survey.take(fact.tag, ground, fact.flags, now);
        continue;
      }
      if (fact.kind === 'tag-state') {
        this.#tracker.takeState(fact, now);
        if (fact.sos !== undefined || fact.isStrapCut !== undefined) this.#isStateDue = true;
        continue;
      }
      const taken = this.#tracker.takeFix(fact, now);
      this.#taken[taken] += 1;
      if (taken === 'unplaced' && !this.#unplaced.has(fact.map) && this.#unplaced.size < 100) {
        this.#unplaced.add(fact.map);
        events.push({
          time: this.#clock.now(),
          kind: 'headcount.unplaced-map',
          text: `positions on map "${fact.map}" can not be placed: no such map is configured; people there are not counted`,
          detail: { map: fact.map },
          flags: fact.flags,
        });
      }
    }
    if (now < this.#evaluateAt && !this.#isStateDue) return { samples: [], events };
    return this.#evaluate(now, events);
  }

  #takeRoster(fact: RosterFact, events: SiteEvent[]): void {
    const taken = this.#roster.take(fact);
    if (!taken) return;
    this.#wear(fact.persons);
    if (taken.isNews) events.push(rosterEvent(taken.roster, this.#clock.now()));
  }

  #wear(persons: readonly Person[]): void {
    this.#persons = persons;
    this.#tracker.wearers(persons);
    this.#isStateDue = true;
    this.#isRosterNew = true;
  }

  #expireNames(now: number, events: SiteEvent[]): void {
    const roster = this.#roster.expireNames(now);
    if (!roster) return;
    this.#wear(roster.persons);
    events.push(namesExpiredEvent(roster, this.#clock.now()));
  }

  onTick(): Derived<HeadcountMemory> {
    const now = this.#clock.monotonic();
    return now < this.#evaluateAt ? { samples: [], events: [] } : this.#evaluate(now, []);
  }

  nextDue(): number {
    return this.#evaluateAt;
  }

  memory(): HeadcountMemory {
    const now = this.#clock.monotonic();
    const { zones } = this.#definition;
    const tags = [...this.#tracker.tags.values()].flatMap((tag) => {
      if (!Number.isFinite(tag.x)) return [];
      const inside = [...tag.presences].flatMap(([zone, { isInside, insideSince }]): [string, number][] =>
        isInside ? [[zones[zone]?.id ?? '', now - insideSince]] : [],
      );
      const { x, y, sos, isStrapCut, isBatteryLow, isAsleep, flags } = tag;
      const unheardMs = now - tag.heardAt;
      return [{ tag: tag.tag, x, y, zones: inside, unheardMs, sos, isStrapCut, isBatteryLow, isAsleep, flags }];
    });
    const active = this.#active.flatMap((rules, zone) =>
      [...rules].flatMap(([rule, people]) =>
        [...people].map(([person, since]) => ({ held: [zones[zone]?.id ?? '', rule, person] as const, since })),
      ),
    );
    const rosterTold = this.#roster.toldTime();
    return {
      key: this.#key,
      tags,
      active: active.map(({ held: [zone, rule, person] }) => [zone, rule, person]),
      activeSince: active.map(({ since }) => since),
      posts: this.#posts.been(),
      ...(rosterTold !== undefined && { rosterTold }),
    };
  }

  kept(): ReadonlyMap<string, unknown> {
    return this.#roster.kept();
  }

  pseudonym(who: string): string {
    const person = this.#persons.find(({ id, tag }) => tag === who || id === who);
    return pseudonymOf(person?.id ?? `tag:${who}`, this.#key);
  }

  view(): PeopleView {
    const pseudonym = (person: string): string => pseudonymOf(person, this.#key);
    const [occupants, active, now] = [this.#occupants, this.#active, this.#clock.monotonic()];
    return peopleView(this.#definition, { occupants, active, now, pseudonym });
  }

  #evaluate(now: number, events: SiteEvent[]): Derived<HeadcountMemory> {
    this.#evaluateAt = now + EVALUATE_EVERY_MS;
    this.#forget(now, events);
    this.#expireNames(now, events);
    this.#occupants = occupantsOf(this.#definition, this.#tracker, now);
    let flags = this.#roster.flags | (this.#survey?.flags ?? 0);
    for (const tag of this.#tracker.tags.values()) flags |= tag.flags;
    const doubt = this.#doubt(now);
    const isRepeat = now >= this.#repeatAt;
    if (isRepeat) this.#startRepeat(now);
    const samples: Sample[] = [];
    const time = this.#clock.now();
    const tell = (point: PointId, value: SampleValue, quality: Quality): void => {
      const state = `${String(value)} ${quality.reason ?? ''} ${flags}`;
      if (!isRepeat && this.#told.get(point) === state) return;
      this.#told.set(point, state);
      samples.push({ point, value, quality, sourceTime: time, receiveTime: time, flags });
    };
    let isChanged = this.#isStateDue;
    for (const index of this.#definition.zones.keys())
      for (const change of this.#evaluateZone(index, doubt, now, tell)) {
        isChanged = true;
        events.push(this.#eventOf(index, change, flags));
      }
    this.#tellFigures(doubt, now, tell);
    this.#roster.tell(now, tell);
    if (isRepeat) this.#survey?.tell(now, tell);
    this.#isStateDue = false;
    if (!isChanged && now < this.#rememberAt) return { samples, events };
    this.#rememberAt = now + REMEMBER_EVERY_MS;
    const kept = this.#isRosterNew ? [...this.#roster.kept()].map(([key, value]) => ({ key, value })) : [];
    this.#isRosterNew = false;
    return { samples, events, memory: this.memory(), ...(kept.length > 0 && { kept }) };
  }

  #evaluateZone(
    index: number,
    doubt: QualityReason | undefined,
    now: number,
    tell: (point: PointId, value: SampleValue, quality: Quality) => void,
  ): RuleChange[] {
    const [zone, active, pending] = [this.#definition.zones[index], this.#active[index], this.#pending[index]];
    const occupants = this.#occupants[index];
    if (!zone || !active || !pending || !occupants) return [];
    let [stale, unknown] = [0, 0];
    for (const who of occupants.values()) {
      if (who.isStale) stale += 1;
      if (!who.person) unknown += 1;
    }
    const confirmed = occupants.size - stale;
    // Before anything was heard, nothing is known that would change what holds.
    const changes =
      doubt === 'not-yet-read'
        ? []
        : applyRules(
            {
              zone,
              occupants,
              confirmed,
              left: this.#posts.left(index, this.#occupants, now, active.get('left-post') ?? new Map<string, number>()),
              now,
              wallTime: this.#clock.now(),
            },
            active,
            pending,
            this.#definition.holdMs,
          );
    const reason = doubt ?? (stale > 0 ? 'stale' : undefined);
    const quality = reason ? uncertain(reason) : GOOD;
    if (zone.points) {
      tell(zone.points.confirmed, confirmed, quality);
      tell(zone.points.stale, stale, doubt ? uncertain(doubt) : GOOD);
      tell(zone.points.unknown, unknown, quality);
    }
    for (const [rule, point] of Object.entries(zone.rules)) {
      const isActive = (active.get(rule as ZoneRule)?.size ?? 0) > 0;
      tell(point, isActive, isActive ? GOOD : quality);
    }
    return changes;
  }

  #tellFigures(
    doubt: QualityReason | undefined,
    now: number,
    tell: (point: PointId, value: SampleValue, quality: Quality) => void,
  ): void {
    const { figures } = this.#definition;
    const quality = doubt ? uncertain(doubt) : GOOD;
    let silent = 0;
    for (const tag of this.#tracker.tags.values()) if (this.#tracker.isStale(tag, now)) silent += 1;
    tell(figures.tags, this.#tracker.tags.size, quality);
    tell(figures.silent, silent, quality);
    tell(figures.fixRate, this.#fixRate, quality);
  }

  /** A source that has spoken and is silent leaves every count in doubt: nobody knows who walked where since. */
  #doubt(now: number): QualityReason | undefined {
    if (this.#heard.size === 0) return 'not-yet-read';
    for (const at of this.#heard.values()) if (now - at > this.#definition.staleAfterMs) return 'comm-lost';
    return undefined;
  }

  #forget(now: number, events: SiteEvent[]): void {
    for (const [id, tag] of this.#tracker.tags) {
      if (now - tag.heardAt < this.#definition.forgetAfterMs || tag.sos) continue;
      this.#tracker.tags.delete(id);
      events.push({
        time: this.#clock.now(),
        kind: 'headcount.tag-forgotten',
        text: `${pseudonymOf(tag.personKey, this.#key)} was not heard for too long and counts nowhere any more`,
        detail: { person: pseudonymOf(tag.personKey, this.#key) },
        flags: tag.flags,
      });
    }
  }

  #startRepeat(now: number): void {
    this.#repeatAt = now + this.#definition.repeatMs;
    const { good, jump, unplaced, overfull } = this.#taken;
    const all = good + jump + unplaced + overfull;
    if (all > 0) this.#fixRate = Math.round((1000 * good) / all) / 10;
    Object.assign(this.#taken, { good: 0, late: 0, jump: 0, unplaced: 0, overfull: 0 });
  }

  #eventOf(index: number, { rule, person, isActive, since }: RuleChange, flags: number): SiteEvent {
    const zone = this.#definition.zones[index];
    const { text, code } = ruleTexts[rule];
    // Who has left a post is elsewhere.
    const who = [this.#occupants[index], ...this.#occupants].flatMap((there) => there?.get(person) ?? [])[0];
    const at = who && Number.isFinite(who.x) ? degreesOf(who, this.#definition.origin) : undefined;
    const name = person === '' ? undefined : pseudonymOf(person, this.#key);
    const point = zone?.rules[rule];
    return {
      time: this.#clock.now(),
      kind: `${name ? 'person' : 'zone'}.${rule}${isActive ? '' : '-ended'}`,
      ...(point && { point }),
      text: `${text.en}${name ? `: ${name}` : ''} in ${zone?.id ?? 'no zone'}${isActive ? '' : ': ended'}`,
      detail: {
        zone: zone?.id ?? null,
        zh: text.zh,
        since,
        ...(name && { person: name }),
        ...(code !== undefined && { code }),
        ...(at && { lon: at.lon, lat: at.lat }),
      },
      flags,
    };
  }
}
