import { violationKinds } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import type { Quality } from '#agent/model/quality.ts';
import { citationOf } from '#agent/model/standard-rule.ts';
import type { Violation } from './violation.ts';

/** A permit with what is wrong with it now. */
export interface Judged {
  readonly fact: PermitFact;
  readonly isActive: boolean;
  readonly violations: readonly Violation[];
}

const MOST_SHOWN = 500;

/** For the page: work that goes on first, then what has violations. Persons are not named. */
export function viewOf(judged: readonly Judged[], { level, reason }: Quality): unknown {
  const rank = ({ isActive, violations }: Judged): number => (isActive ? 0 : violations.length > 0 ? 1 : 2);
  return {
    quality: reason === undefined ? level : `${level}: ${reason}`,
    total: judged.length,
    permits: judged
      .toSorted((one, other) => rank(one) - rank(other))
      .slice(0, MOST_SHOWN)
      .map(({ fact, violations }) => ({
        id: fact.id,
        work: fact.work,
        grade: fact.grade ?? null,
        state: fact.state,
        zone: fact.zone ?? null,
        place: fact.place ?? null,
        content: fact.content ?? null,
        validFrom: fact.validFrom,
        validTo: fact.validTo,
        people: fact.people.length,
        cameras: fact.cameras,
        flags: fact.flags,
        violations: violations.map(({ kind, why, rule }) => ({
          kind,
          ...violationKinds[kind],
          why,
          clause: rule ? citationOf(rule) : null,
        })),
      })),
  };
}
