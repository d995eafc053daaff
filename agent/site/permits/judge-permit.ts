import type { Text } from '#agent/model/alarm.ts';
import type { PermitWatchDefinition, ViolationKind } from '#agent/model/permit-watch.ts';
import { ruleAt } from '#agent/model/standard-rule.ts';
import { judgeDistance } from './judge-distance.ts';
import { judgeGasLog, judgeGasMonitoring } from './judge-gas-monitoring.ts';
import { judgeGasTests } from './judge-gas-tests.ts';
import { judgeScope } from './judge-scope.ts';
import { judgeServed } from './judge-served.ts';
import { judgeSurroundings } from './judge-surroundings.ts';
import type { Surroundings } from './judge-surroundings.ts';
import { judgeTicket } from './judge-ticket.ts';
import { workSpan } from './permit-book.ts';
import type { KnownPermit } from './permit-book.ts';
import type { Violation } from './violation.ts';

/** What is wrong with a permit now, by the edition of the rules in force. */
export function judgePermit(
  known: KnownPermit,
  definition: PermitWatchDefinition,
  around: Surroundings,
  time: number,
): readonly Violation[] {
  const { rules, gases, zones } = definition;
  const ruleOf = (id: string) => ruleAt(rules, id, time);
  const { fact } = known;
  const span = workSpan(known);
  const ticket = [
    ...judgeTicket(fact, definition, ruleOf, time),
    ...judgeScope(known, ruleOf),
    ...judgeServed(fact, (id) => around.ticket(id), ruleOf),
  ];
  if (!span || fact.state !== 'active') return ticket;
  const zone = zones.find(({ id }) => id === fact.zone);
  return [
    ...ticket,
    ...judgeGasTests(fact, span, { gases, ruleOf, time }),
    ...judgeGasLog(fact, span, { around, ruleOf, time }),
    ...(zone ? judgeGasMonitoring(fact, zone, { around, ruleOf }) : []),
    ...judgeDistance(fact, definition.keepFireFrom, around, ruleOf),
    ...judgeSurroundings(fact, zone, definition, { around, ruleOf }),
  ];
}

/** What is held while its opposite cannot be told: doubt ends no violation. */
const firmOf: Readonly<Partial<Record<ViolationKind, ViolationKind>>> = {
  'detector-unjudged': 'detector-over-limit',
  'distance-unjudged': 'distance-too-short',
  'gas-log-unjudged': 'gas-log-overdue',
  'gas-monitoring-unjudged': 'gas-monitoring-stopped',
  'served-unjudged': 'outlasts-work',
  'guardian-unjudged': 'guardian-away',
  'camera-unjudged': 'camera-blind',
  'people-unjudged': 'too-many-people',
  'wind-unjudged': 'wind-too-strong',
};

/** Whether the surroundings leave it open, and not the ticket. */
export const isOpen = ({ kind }: Violation): boolean => firmOf[kind] !== undefined;

export const violationKey = (permit: string, { kind, subject = '' }: Pick<Violation, 'kind' | 'subject'>): string =>
  JSON.stringify([permit, kind, subject]);

const stillHeld = ({ zh, en }: Text): Text => ({
  zh: `${zh}；此前已成立，保持`,
  en: `${en}; held, as it was so before`,
});

/** Adds what stood before and is in doubt now. @param standing by {@link violationKey} */
export function heldInDoubt(
  permit: string,
  found: readonly Violation[],
  standing: ReadonlyMap<string, unknown>,
): readonly Violation[] {
  const held = found.flatMap((one): Violation[] => {
    const kind = firmOf[one.kind];
    const firm = kind && { ...one, kind, why: stillHeld(one.why) };
    return firm && standing.has(violationKey(permit, firm)) ? [firm] : [];
  });
  return [...found, ...held];
}
