import type { AlarmView } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import type { AlarmId, PointId } from '#agent/model/ids.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type {
  PlacedPoint,
  WarningLevelDefinition,
  WarningLevelView,
  WarningPlace,
} from '#agent/model/warning-level.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import { ofAlarm, ofInput, ofPermit, scoreOf } from './contribution.ts';
import type { Contribution, Score, StandingPermit } from './contribution.ts';
import { gradeText, nextGrade } from './enterprise-grade.ts';
import type { EnterpriseGrade } from './enterprise-grade.ts';
import { HeldColour, rank } from './held-colour.ts';
import { inputsOf } from './inputs.ts';
import { explanationOf, reasonsOf, warningLabel } from './explanation.ts';
import type { WarningInput } from './inputs.ts';
import type { WarningMemory } from './memory.ts';

/** Permits beyond this are not kept: no site has so much special work at once. */
const MOST_PERMITS = 2000;
/** However many alarms come, they are summed up so often at most. */
const SCORE_EVERY_MS = 200;

/**
 * A colour for each hazard source, each zone and the site, from alarms, bypasses, inhibits, people, permits and whatever
 * the site counts. Doubt keeps what was known. Every change of a colour is an event that says why.
 *
 * @param points where each point of the site belongs
 * @param memory what an earlier one of the same id told last
 */
export function createWarningLevel(
  definition: WarningLevelDefinition,
  points: readonly PlacedPoint[],
  clock: Clock,
  memory?: WarningMemory,
): Derivation<WarningMemory> {
  const { id, repeatMs } = definition;
  const core = new WarningLevel(definition, points, memory);
  return derivationOf(core, { id, inputs: [...core.inputPoints], repeatMs, clock });
}

class WarningLevel implements DerivationCore<WarningMemory> {
  readonly inputPoints: Iterable<PointId>;
  readonly #definition: WarningLevelDefinition;
  readonly #own: ReadonlySet<PointId>;
  /** By kind and name; the site is none of them. */
  readonly #placeOf: ReadonlyMap<string, WarningPlace>;
  readonly #hazardSourceOf: ReadonlyMap<PointId, string | undefined>;
  readonly #inputs: ReadonlyMap<PointId, WarningInput>;
  readonly #known = new Map<PointId, Pick<Sample, 'value' | 'flags'>>();
  readonly #doubtful = new Set<PointId>();
  readonly #alarms = new Map<AlarmId, Contribution>();
  readonly #permits = new Map<string, StandingPermit>();
  readonly #colours: ReadonlyMap<WarningPlace, HeldColour>;
  #grade: EnterpriseGrade | undefined;
  #scores = new Map<WarningPlace, Score>();
  #events: SiteEvent[] = [];
  #memory: WarningMemory;
  #isStale = true;
  #scoreAt = Number.NEGATIVE_INFINITY;

  constructor(definition: WarningLevelDefinition, points: readonly PlacedPoint[], memory?: WarningMemory) {
    this.#definition = definition;
    this.#own = new Set(definition.places.flatMap(({ colourPoint, scorePoint }) => [colourPoint, scorePoint]));
    this.#placeOf = new Map(definition.places.map((place) => [keyOf(place), place]));
    this.#hazardSourceOf = new Map(points.map(({ id, hazardSource }) => [id, hazardSource]));
    this.#inputs = inputsOf(definition, points, this.#own);
    this.inputPoints = this.#inputs.keys();
    for (const point of this.#inputs.keys()) {
      const value = memory?.inputs[point];
      if (value !== undefined) this.#known.set(point, { value, flags: 0 });
      this.#doubtful.add(point);
    }
    for (const permit of memory?.permits ?? []) this.#permits.set(permit.id, permit);
    this.#grade = memory?.grade;
    this.#colours = new Map(
      definition.places.map((place) => [
        place,
        new HeldColour(definition.formula, memory?.colours[place.colourPoint] ?? 'blue'),
      ]),
    );
    this.#memory = memory ?? this.#remember();
  }

  take(sample: Sample): void {
    const { point, value, quality, flags } = sample;
    if (quality.level === 'good') {
      this.#known.set(point, { value, flags: flags & Flag.sim });
      this.#doubtful.delete(point);
    } else this.#doubtful.add(point);
    this.#isStale = true;
  }

  takeAlarms(views: readonly AlarmView[]): void {
    for (const view of views) {
      const { id, point } = view.definition;
      // Its own alarms would hold it up for ever.
      if (point !== undefined && this.#own.has(point)) continue;
      const hazardSource = point === undefined ? undefined : this.#hazardSourceOf.get(point);
      const contribution = ofAlarm(view, hazardSource, this.#definition.formula);
      if (contribution) this.#alarms.set(id, contribution);
      else this.#alarms.delete(id);
    }
    this.#isStale = true;
  }

  takeFact(fact: Fact, { time }: Moment): void {
    if (fact.kind === 'permit') this.#takePermit(fact);
    else if (fact.kind === 'register' && fact.register === 'enterprise-grade') {
      const before = this.#grade;
      this.#grade = nextGrade(before, fact);
      if (this.#grade === before) return;
      this.#events.push({
        time,
        kind: 'enterprise-grade.imported',
        text: this.#grade ? `grade of the enterprise as imported: ${gradeText(this.#grade)}` : 'grade withdrawn',
        flags: fact.flags,
      });
      this.#memory = this.#remember();
    }
  }

  settle({ now, time }: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    if (this.#isStale && now >= this.#scoreAt) {
      this.#scores = this.#scoreAll();
      this.#scoreAt = now + SCORE_EVERY_MS;
      this.#isStale = false;
    }
    const events = this.#events.splice(0);
    for (const [place, held] of this.#colours) {
      const score = this.#scores.get(place);
      if (!score) continue;
      const before = held.colour;
      held.show(score.score, now);
      if (held.colour !== before) events.push(this.#changed(place, { from: before, to: held.colour }, score, time));
    }
    if (events.length > 0) this.#memory = this.#remember();
    return { points: this.#told(), events };
  }

  nextDue(): number | undefined {
    const due = [...this.#colours.values()].flatMap((held) => held.nextDue() ?? []);
    if (this.#isStale) due.push(this.#scoreAt);
    return due.length === 0 ? undefined : Math.min(...due);
  }

  memory(): WarningMemory {
    return this.#memory;
  }

  view(): WarningLevelView {
    const { formula, name } = this.#definition;
    return {
      name,
      label: warningLabel,
      formula: `${formula.id}@${formula.version}`,
      steps: formula.steps,
      places: [...this.#colours].map(([place, held]) => ({
        scope: place.scope,
        colour: held.colour,
        score: this.#scores.get(place)?.score ?? 0,
        because: reasonsOf(this.#scores.get(place) ?? nothing),
      })),
      enterpriseGrade: this.#grade ? { fields: this.#grade.fields, since: this.#grade.since } : null,
    };
  }

  #takePermit(fact: PermitFact): void {
    const known = this.#permits.get(fact.id);
    if (known && fact.version < known.version) return;
    const { id, work, grade, zone, flags, version } = fact;
    if (fact.isDeleted || fact.state !== 'active') this.#permits.delete(id);
    else if (known || this.#permits.size < MOST_PERMITS)
      this.#permits.set(id, {
        id,
        work,
        flags,
        version,
        ...(grade !== undefined && { grade }),
        ...(zone !== undefined && { zone }),
      });
    this.#memory = this.#remember();
    this.#isStale = true;
  }

  #scoreAll(): Map<WarningPlace, Score> {
    const { formula, places } = this.#definition;
    const all = [...this.#alarms.values(), ...[...this.#permits.values()].map((permit) => ofPermit(permit, formula))];
    for (const [point, { kind, place }] of this.#inputs) {
      const known = this.#known.get(point) ?? { value: null, flags: 0 };
      const one = ofInput(kind, place, { known, isInDoubt: this.#doubtful.has(point) }, formula);
      if (one) all.push(one);
    }
    const own = new Map<WarningPlace, Contribution[]>(places.map((place) => [place, []]));
    const elsewhere: Contribution[] = [];
    for (const one of all) {
      const { zone, hazardSource } = one.place;
      const found = [this.#placeOf.get(`zone ${zone ?? ''}`), this.#placeOf.get(`hazard-source ${hazardSource ?? ''}`)];
      const belongs = found.filter((place) => place !== undefined);
      for (const place of belongs) own.get(place)?.push(one);
      if (belongs.length === 0) elsewhere.push(one);
    }
    const scores = new Map([...own].map(([place, contributions]) => [place, scoreOf(contributions, formula)]));
    const parts = [scoreOf(elsewhere, formula), ...scores.values()];
    const highest = parts.reduce((one, other) => (other.score > one.score ? other : one));
    const site: Score = {
      ...highest,
      flags: parts.reduce((flags, part) => flags | part.flags, 0),
      isInDoubt: parts.some(({ isInDoubt }) => isInDoubt),
    };
    for (const place of places) if (place.scope.kind === 'site') scores.set(place, site);
    return scores;
  }

  #told(): Told[] {
    return [...this.#colours].flatMap(([place, held]) => {
      const score = this.#scores.get(place);
      const quality = !score || score.isInDoubt ? uncertain('stale') : GOOD;
      const flags = score?.flags ?? 0;
      return [
        { point: place.colourPoint, value: held.colour, quality, flags },
        { point: place.scorePoint, value: score?.score ?? 0, quality, flags },
      ];
    });
  }

  #changed(
    place: WarningPlace,
    { from, to }: { readonly from: HeldColour['colour']; readonly to: HeldColour['colour'] },
    score: Score,
    time: number,
  ): SiteEvent {
    const { formula } = this.#definition;
    const rises = rank(to) > rank(from);
    const { zh, en } = explanationOf(place, { from, to }, score);
    return {
      time,
      kind: rises ? 'warning-level.raised' : 'warning-level.lowered',
      point: place.colourPoint,
      text: en,
      detail: { from, to, score: score.score, formula: `${formula.id}@${formula.version}`, zh, en },
      flags: score.flags,
    };
  }

  #remember(): WarningMemory {
    const inputs = [...this.#known].flatMap(([point, { value }]) =>
      typeof value === 'number' || typeof value === 'boolean' ? [[point, value] as const] : [],
    );
    return {
      colours: Object.fromEntries([...this.#colours].map(([place, held]) => [place.colourPoint, held.colour])),
      inputs: Object.fromEntries(inputs),
      permits: [...this.#permits.values()],
      ...(this.#grade && { grade: this.#grade }),
    };
  }
}

const nothing: Score = { score: 0, because: [], flags: 0, isInDoubt: false };

const keyOf = ({ scope }: WarningPlace): string =>
  scope.kind === 'zone'
    ? `zone ${scope.zone}`
    : scope.kind === 'hazard-source'
      ? `hazard-source ${scope.hazardSource}`
      : 'site';
