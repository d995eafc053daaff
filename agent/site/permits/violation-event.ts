import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import { violationKinds } from '#agent/model/permit-watch.ts';
import type { PermitFact } from '#agent/model/permit.ts';
import { citationOf } from '#agent/model/standard-rule.ts';
import type { Violation } from './violation.ts';

/** That something is wrong with a permit from now on. */
export function violationEvent(name: string, permit: PermitFact, violation: Violation, time: number): SiteEvent {
  const { kind, subject, why, rule, people = [] } = violation;
  const { zh, en, priority } = violationKinds[kind];
  const clause = rule ? citationOf(rule) : null;
  return {
    time,
    kind: 'permit.violation',
    text: `${name}: permit ${permit.id}: ${en}: ${why.en}${clause === null ? '' : `; ${clause}`}`,
    ...named(kind, subject, people),
    detail: {
      permit: permit.id,
      work: permit.work,
      zone: permit.zone ?? null,
      violation: kind,
      subject: subject ?? null,
      zh,
      en,
      why: why.en,
      whyZh: why.zh,
      priority,
      clause,
    },
    flags: permit.flags & Flag.sim,
  };
}

/** That it is over: put right, or the work ended. @param key of the violation */
export function violationOver(name: string, key: string, time: number): SiteEvent {
  const parts: unknown = JSON.parse(key);
  const [permit = '', violation = '', subject = ''] = Array.isArray(parts) ? parts.map(String) : [];
  return {
    time,
    kind: 'permit.violation-over',
    text: `${name}: permit ${permit}: no longer ${violation}`,
    ...named(violation, subject),
    detail: { permit, violation, subject: subject === '' ? null : subject },
    flags: 0,
  };
}

/** Violations whose subject is a person. */
const ofPersons: ReadonlySet<string> = new Set(['unqualified', 'qualification-unjudged']);

function named(violation: string, subject?: string, people: readonly string[] = []): Pick<SiteEvent, 'who'> {
  const who = ofPersons.has(violation) && subject !== undefined && subject !== '' ? [subject, ...people] : people;
  return who.length > 0 ? { who } : {};
}
