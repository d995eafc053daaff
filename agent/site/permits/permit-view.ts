import type { PermitsView, PermitView, VideoView, WorkPersonView, WorkZoneView } from '#agent/model/permit-view.ts';
import { violationKinds } from '#agent/model/permit-watch.ts';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { Quality } from '#agent/model/quality.ts';
import { citationOf } from '#agent/model/standard-rule.ts';
import { judgeGas } from './gas-limit.ts';
import type { RuleOf } from './gas-limit.ts';
import type { Surroundings } from './judge-surroundings.ts';
import { qualified } from './judge-ticket.ts';
import type { KnownPermit } from './permit-book.ts';
import { workSpan } from './permit-book.ts';
import type { Violation } from './violation.ts';

/** A permit with what is wrong with it now. */
export interface Judged {
  readonly known: KnownPermit;
  readonly fact: PermitFact;
  readonly isActive: boolean;
  readonly violations: readonly (Violation & { readonly since: number })[];
}

/** What the view is made of. */
export interface Seen {
  readonly judged: readonly Judged[];
  readonly definition: PermitWatchDefinition;
  readonly around: Surroundings;
  readonly ruleOf: RuleOf;
  readonly videosOf: (permit: string) => readonly VideoView[];
  readonly quality: Quality;
  readonly time: number;
}

const MOST_SHOWN = 500;
const MOST_TESTS = 50;
const AHEAD_MS = 30 * 86_400_000;

/** For the page. Persons are not named; the id of one stands only where something is wrong about the person. */
export function viewOf({ judged, definition, around, ruleOf, videosOf, quality, time }: Seen): PermitsView {
  const rank = ({ isActive, violations }: Judged): number => (isActive ? 0 : violations.length > 0 ? 1 : 2);
  return {
    name: definition.name,
    quality: quality.reason === undefined ? quality.level : `${quality.level}: ${quality.reason}`,
    total: judged.length,
    permits: judged
      .toSorted((one, other) => rank(one) - rank(other))
      .slice(0, MOST_SHOWN)
      .map((one) => permitView(one, { definition, around, ruleOf, videosOf, time })),
    zones: zonesOf(definition, judged, around),
    suspensions: definition.suspensions.filter(({ from, to }) => from <= time + AHEAD_MS && time < to),
  };
}

const answer = (is: boolean | undefined): 'yes' | 'no' | 'unknown' =>
  is === undefined ? 'unknown' : is ? 'yes' : 'no';

function permitView(
  { known, fact, violations }: Judged,
  { definition, around, ruleOf, videosOf, time }: Pick<Seen, 'definition' | 'around' | 'ruleOf' | 'videosOf' | 'time'>,
): PermitView {
  const { gases, cameras } = definition;
  return {
    id: fact.id,
    work: fact.work,
    grade: fact.grade ?? null,
    state: fact.state,
    zone: fact.zone ?? null,
    place: fact.place ?? null,
    content: fact.content ?? null,
    contractor: fact.contractor ?? null,
    validFrom: fact.validFrom,
    validTo: fact.validTo,
    began: workSpan(known)?.began ?? null,
    turns: known.turns.map(({ time: at, state }) => ({ time: at, state })),
    gasTests: fact.gasTests
      .toSorted((one, other) => one.time - other.time)
      .slice(-MOST_TESTS)
      .map((test) => ({
        time: test.time,
        place: test.place ?? null,
        readings: test.readings.map((reading) => {
          const { is, why } = judgeGas(reading, gases, ruleOf);
          return { ...reading, is, why };
        }),
      })),
    people: peopleOf(fact, { definition, around, time }),
    cameras: fact.cameras.map((id) => {
      const blind = cameras.get(id);
      const isBlind = blind && around.contact(blind.point).isOn;
      return { id, sees: answer(isBlind === undefined ? undefined : !isBlind) };
    }),
    videos: videosOf(fact.id),
    flags: fact.flags,
    violations: violations.toSorted((one, other) => urgency(one) - urgency(other)).map(violationView),
  };
}

const priorities = ['critical', 'high', 'medium', 'low'];
const urgency = ({ kind }: Violation): number => priorities.indexOf(violationKinds[kind].priority);

const violationView = ({ kind, subject, why, rule, since }: Judged['violations'][number]) => ({
  kind,
  ...violationKinds[kind],
  subject: subject ?? null,
  why,
  since,
  clause: rule ? citationOf(rule) : null,
});

const peopleOf = (
  { people, work, zone }: PermitFact,
  { definition, around, time }: Pick<Seen, 'definition' | 'around' | 'time'>,
): readonly WorkPersonView[] =>
  people.map(({ person, role }) => ({
    role,
    qualified:
      definition.qualifications && (role === 'worker' || role === 'guardian')
        ? answer(qualified(person, work, definition.qualifications, time))
        : null,
    isHere: definition.hasPositions && zone !== undefined ? answer(around.isIn(person, zone)) : null,
  }));

function zonesOf(
  { zones }: PermitWatchDefinition,
  judged: readonly Judged[],
  around: Surroundings,
): readonly WorkZoneView[] {
  return zones.map(({ id, name, guardian, people, detectors }) => {
    const here = judged.filter(({ fact }) => fact.zone === id);
    return {
      id,
      name,
      active: here.filter(({ isActive }) => isActive).length,
      violations: here.reduce((sum, { violations }) => sum + violations.length, 0),
      guardian: guardian ? answer(around.contact(guardian.point).isOn) : null,
      people: (people && around.number(people)) ?? null,
      detectors: detectors.map(({ point, gas }) => {
        const { is, why } = around.gas(point) ?? { is: 'unjudged', why: { zh: '从未读到', en: 'never read' } };
        return { point, gas, is, why };
      }),
    };
  });
}
