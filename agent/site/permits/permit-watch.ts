import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import { Flag } from '#agent/model/flags.ts';
import type { HeadcountDefinition } from '#agent/model/headcount.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { PermitWatchDefinition, PermitZone } from '#agent/model/permit-watch.ts';
import type { PermitsView } from '#agent/model/permit-view.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { ruleAt } from '#agent/model/standard-rule.ts';
import { neverRead, readContact } from '../shell/contact.ts';
import type { ContactReading } from '../shell/contact.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import { CameraCoverage, coverageEvent } from './camera-coverage.ts';
import { CommitmentBook, undeclaredWork } from './commitment-book.ts';
import { commitmentEvent } from './commitment-event.ts';
import { commitmentPoints } from './commitment-points.ts';
import { unitDifferences, unitPoints } from './commitment-units.ts';
import { heldInDoubt, isOpen, judgePermit, violationKey } from './judge-permit.ts';
import type { Surroundings } from './judge-surroundings.ts';
import type { RuleOf } from './gas-limit.ts';
import { liveGas } from './live-gas.ts';
import type { PermitMemory } from './memory.ts';
import { PermitBook, workSpan } from './permit-book.ts';
import { viewOf } from './permit-view.ts';
import type { Judged } from './permit-view.ts';
import { Whereabouts } from './whereabouts.ts';
import { violationEvent, violationOver } from './violation-event.ts';
import { astrayTold, zoneTold } from './zone-points.ts';

/** Times of permits are compared with the clock this often. */
const LOOK_EVERY_MS = 1000;

/** After a start, points that were not read yet are no violation for so long. */
const SETTLE_IN_MS = 10_000;

/**
 * Watches special work.
 *
 * @param memory what an earlier watch of the same name knew
 * @param people by which the tags of a permit's people are placed
 */
export function createPermitWatch(
  definition: PermitWatchDefinition,
  clock: Clock,
  memory?: PermitMemory,
  people?: HeadcountDefinition,
): Derivation<PermitMemory> {
  const { id, feed, zones, cameras, repeatMs } = definition;
  const inputs = [
    ...(feed ? [feed.point] : []),
    ...zones.flatMap(inputsOf),
    ...[...cameras.values()].map(({ point }) => point),
    ...definition.keepFireFrom.flatMap(({ on }) => (on ? [on.point] : [])),
    ...(definition.commitment?.units?.running ?? []).map(({ point }) => point),
  ];
  const known = { ...definition, hasPositions: people !== undefined };
  return derivationOf(new PermitWatch(known, memory, people && new Whereabouts(people)), {
    id,
    inputs,
    repeatMs,
    clock,
  });
}

const inputsOf = ({ detectors, guardian, people, wind }: PermitZone): readonly PointId[] => [
  ...detectors.map(({ point }) => point),
  ...(guardian ? [guardian.point] : []),
  ...(people ? [people] : []),
  ...(wind ? [wind] : []),
];

class PermitWatch implements DerivationCore<PermitMemory> {
  readonly #definition: PermitWatchDefinition;
  readonly #book: PermitBook;
  readonly #commitments: CommitmentBook;
  readonly #coverage: CameraCoverage;
  readonly #samples = new Map<PointId, Sample>();
  /** Since when each violation stands, by its key. */
  #standing: ReadonlyMap<string, number>;
  #isHeard: boolean;
  #judged: readonly Judged[] = [];
  #lookAt = Number.NEGATIVE_INFINITY;
  #events: SiteEvent[] = [];
  /** What differed from the daily commitment when that was told last. */
  #toldDifferences = '[]';
  #settledInAt: number | undefined;
  readonly #whereabouts: Whereabouts | undefined;
  /** Undefined where it may have changed. */
  #memory: PermitMemory | undefined;

  constructor(
    definition: PermitWatchDefinition,
    memory: PermitMemory | undefined,
    whereabouts: Whereabouts | undefined,
  ) {
    this.#definition = definition;
    this.#whereabouts = whereabouts;
    this.#book = new PermitBook(memory?.permits);
    this.#commitments = new CommitmentBook(memory?.commitments);
    this.#coverage = new CameraCoverage(memory?.coverage);
    this.#standing = new Map(memory?.standing);
    this.#isHeard = (memory?.permits.length ?? 0) > 0;
  }

  take(sample: Sample): void {
    this.#samples.set(sample.point, sample);
    this.#lookAt = Number.NEGATIVE_INFINITY;
  }

  takeFact(fact: Fact, { now, time }: Moment): void {
    this.#whereabouts?.take(fact, now);
    if (fact.kind === 'permit') {
      this.#isHeard = true;
      if (!this.#book.take(fact))
        this.#events.push({
          time,
          kind: 'permit.not-held',
          text: `${this.#definition.name}: no room for permit ${fact.id}; it is not watched`,
          detail: { permit: fact.id },
          flags: fact.flags & Flag.sim,
        });
    } else if (fact.kind === 'register' && fact.register === 'safety-commitment') this.#commitments.take(fact);
    else return;
    this.#memory = undefined;
    this.#lookAt = Number.NEGATIVE_INFINITY;
  }

  settle(moment: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    this.#settledInAt ??= moment.now + SETTLE_IN_MS;
    if (moment.now >= this.#lookAt) this.#look(moment);
    const { zones } = this.#definition;
    const commitment = this.#compareCommitment(moment);
    const events = this.#events;
    this.#events = [];
    const isSettledIn = moment.now >= this.#settledInAt;
    const known = {
      quality: this.#quality,
      isSettledIn,
      judged: this.#judged,
      flagsOf: (point: PointId) => this.#flagsOf(point),
    };
    return {
      points: [...zones.flatMap((zone) => zoneTold(zone, known)), astrayTold(this.#definition, known), ...commitment],
      events,
    };
  }

  nextDue(): number | undefined {
    return this.#lookAt === Number.NEGATIVE_INFINITY ? undefined : this.#lookAt;
  }

  memory(): PermitMemory {
    this.#memory ??= {
      permits: this.#book.all,
      commitments: this.#commitments.all,
      standing: [...this.#standing],
      coverage: this.#coverage.all,
    };
    return this.#memory;
  }

  view(moment: Moment): PermitsView {
    const { time } = moment;
    const judged = this.#judged;
    const around = this.#surroundings(this.#active, moment);
    return viewOf({
      judged,
      definition: this.#definition,
      around,
      ruleOf: this.#ruleOf(time),
      videosOf: (permit) => this.#coverage.of(permit, time),
      quality: this.#quality,
      time,
    });
  }

  get #active(): readonly PermitFact[] {
    return this.#judged.flatMap(({ fact, isActive }) => (isActive ? [fact] : []));
  }

  /** How well it is known which work goes on. */
  get #quality(): Quality {
    const { feed } = this.#definition;
    if (!feed) return this.#isHeard ? GOOD : uncertain('not-yet-read');
    const sample = this.#samples.get(feed.point);
    const { isOn, quality } = sample ? readContact(feed, sample) : neverRead();
    return isOn === false ? uncertain('comm-lost') : quality;
  }

  /** Points of the comparison with the daily commitment; what differs is told once. */
  #compareCommitment(moment: Moment): readonly Told[] {
    const { commitment, name } = this.#definition;
    if (!commitment) return [];
    const { counters, units, differencePoint } = commitment;
    const active = this.#active;
    const declared = this.#commitments.of(moment.time);
    const { contact } = this.#surroundings(active, moment);
    const points = [
      ...commitmentPoints(commitment, active, declared, this.#quality),
      ...(units ? unitPoints(units, contact, declared) : []),
    ];
    const differences = [
      ...(declared ? undeclaredWork(counters, active, declared) : []),
      ...(units ? unitDifferences(units, contact, declared) : []),
    ];
    const said = JSON.stringify(differences);
    if (said !== this.#toldDifferences && differences.length > 0) {
      const flags = points.reduce((all, one) => all | one.flags, 0) & Flag.sim;
      this.#events.push(commitmentEvent(name, differencePoint, differences, { time: moment.time, flags }));
    }
    this.#toldDifferences = said;
    return points;
  }

  #ruleOf(time: number): RuleOf {
    return (id) => ruleAt(this.#definition.rules, id, time);
  }

  #flagsOf(point: PointId): number {
    return (this.#samples.get(point)?.flags ?? 0) & Flag.sim;
  }

  #look({ now, time }: Moment): void {
    this.#lookAt = now + LOOK_EVERY_MS;
    this.#memory = undefined;
    const isSettledIn = now >= (this.#settledInAt ?? 0);
    this.#book.forget(time);
    this.#coverage.forget((permit) => this.#book.fact(permit) !== undefined);
    const permits = this.#book.standing;
    const active = permits.flatMap((one) => (one.fact.state === 'active' && workSpan(one) ? [one.fact] : []));
    const around = this.#surroundings(active, { now, time });
    this.#judged = permits.map((known) => {
      const { fact } = known;
      const found = judgePermit(known, this.#definition, around, time);
      const violations = heldInDoubt(fact.id, found, this.#standing)
        .filter((one) => isSettledIn || !isOpen(one) || this.#standing.has(violationKey(fact.id, one)))
        .map((one) => ({ ...one, since: this.#standing.get(violationKey(fact.id, one)) ?? time }));
      return { known, fact, isActive: active.includes(fact), violations };
    });
    const sees = (camera: string): boolean | undefined => {
      const blind = this.#definition.cameras.get(camera);
      const isBlind = blind && around.contact(blind.point).isOn;
      return isBlind === undefined ? undefined : !isBlind;
    };
    for (const ended of this.#coverage.look(active, sees, { now, time }))
      this.#events.push(coverageEvent(this.#definition, ended, time));
    this.#tellChanges(time);
  }

  #tellChanges(time: number): void {
    const { name } = this.#definition;
    const standing = new Map<string, number>();
    for (const { fact, violations } of this.#judged)
      for (const violation of violations) {
        const key = violationKey(fact.id, violation);
        if (!this.#standing.has(key) && !standing.has(key))
          this.#events.push(violationEvent(name, fact, violation, time));
        standing.set(key, violation.since);
      }
    for (const key of this.#standing.keys()) if (!standing.has(key)) this.#events.push(violationOver(name, key, time));
    this.#standing = standing;
  }

  #surroundings(active: readonly PermitFact[], { now, time }: Moment): Surroundings {
    const { feed, zones, cameras, gases, keepFireFrom, commitment } = this.#definition;
    const contacts = [
      feed,
      ...zones.map(({ guardian }) => guardian),
      ...cameras.values(),
      ...keepFireFrom.map(({ on }) => on),
      ...(commitment?.units?.running ?? []),
    ];
    const detectors = zones.flatMap((zone) => zone.detectors);
    const ruleOf = this.#ruleOf(time);
    const contact = (point: PointId): ContactReading => {
      const [known, sample] = [contacts.find((one) => one?.point === point), this.#samples.get(point)];
      return known && sample ? readContact(known, sample) : neverRead();
    };
    return {
      active,
      isFeedUp: feed ? contact(feed.point).isOn : true,
      ticket: (id) => this.#book.fact(id),
      quality: (point) => this.#samples.get(point)?.quality,
      isIn: (person, zone) => this.#whereabouts?.isIn(person, zone, now),
      contact,
      gas: (point) => {
        const [detector, sample] = [detectors.find((one) => one.point === point), this.#samples.get(point)];
        return detector && sample ? liveGas(detector, sample, { gases, ruleOf }) : undefined;
      },
      number: (point) => {
        const sample = this.#samples.get(point);
        return sample?.quality.level === 'good' && typeof sample.value === 'number' ? sample.value : undefined;
      },
    };
  }
}
