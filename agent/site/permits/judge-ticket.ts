import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import type { PermitFact, WorkKind } from '#agent/model/permit.ts';
import { formatSpan } from './format-span.ts';
import { ruleMs, ruleNumber } from '#agent/model/standard-rule.ts';
import type { RuleOf } from './gas-limit.ts';
import type { Violation } from './violation.ts';

/** The key of a grade in the tables of the rules. */
export const gradeKey = (grade: number | undefined): string | undefined =>
  grade === undefined ? undefined : grade === 0 ? 'special' : String(grade);

/** Validity, grade, guardian and qualifications: what the ticket itself says. */
export function judgeTicket(
  permit: PermitFact,
  definition: Pick<PermitWatchDefinition, 'suspensions' | 'qualifications'>,
  ruleOf: RuleOf,
  time: number,
): readonly Violation[] {
  const found: Violation[] = [...judgeLength(permit, ruleOf)];
  if (permit.state !== 'active') return found;
  if (time < permit.validFrom)
    found.push({ kind: 'not-yet-valid', why: `valid in ${formatSpan(permit.validFrom - time)}` });
  if (time >= permit.validTo) found.push({ kind: 'expired', why: `valid until ${iso(permit.validTo)}` });
  if (!permit.people.some(({ role }) => role === 'guardian'))
    found.push({ kind: 'guardian-missing', why: 'the ticket names none' });
  found.push(...judgeSuspension(permit, definition.suspensions, ruleOf, time));
  if (definition.qualifications) found.push(...judgePeople(permit, definition.qualifications, time));
  return found;
}

const iso = (time: number): string => new Date(time).toISOString();

const ofWork: Readonly<Partial<Record<WorkKind, string>>> = {
  'hot-work': 'special-work.validity.hot-work',
  'confined-space': 'special-work.validity.confined-space',
  'work-at-height': 'special-work.validity.work-at-height',
  'temporary-power': 'special-work.validity.temporary-power',
};

function judgeLength({ work, grade, validFrom, validTo, state }: PermitFact, ruleOf: RuleOf): readonly Violation[] {
  const id = ofWork[work];
  if (id === undefined || (state !== 'active' && state !== 'approved' && state !== 'suspended')) return [];
  const rule = ruleOf(id);
  const longest = ruleMs(rule, work === 'temporary-power' ? (grade === 0 ? 'special' : 'usual') : gradeKey(grade));
  if (longest === undefined)
    return [{ kind: 'grade-unknown', why: grade === undefined ? 'the ticket has none' : `grade ${grade}`, rule }];
  const span = validTo - validFrom;
  return span > longest
    ? [{ kind: 'valid-too-long', why: `${formatSpan(span)}, at most ${formatSpan(longest)}`, rule }]
    : [];
}

/** Hot work has three grades, 2 the lowest: raised by one, work of grade 2 needs a ticket of grade 1. */
const LOWEST_HOT_WORK = 2;

function judgeSuspension(
  { work, grade }: PermitFact,
  suspensions: PermitWatchDefinition['suspensions'],
  ruleOf: RuleOf,
  time: number,
): readonly Violation[] {
  const now = suspensions.filter(({ from, to, works }) => from <= time && time < to && works.includes(work));
  return now.flatMap(({ reason, allowed }): Violation[] => {
    if (allowed === 'none') return [{ kind: 'in-suspension', subject: reason, why: reason }];
    const rule = work === 'hot-work' ? ruleOf('special-work.upgrade-in-suspension.hot-work') : undefined;
    const raise = ruleNumber(rule);
    if (raise !== undefined && grade !== undefined && grade <= LOWEST_HOT_WORK - raise) return [];
    return [{ kind: 'not-upgraded', subject: reason, why: `${reason}; grade ${gradeKey(grade) ?? 'unknown'}`, rule }];
  });
}

function judgePeople(
  { people, work }: PermitFact,
  known: NonNullable<PermitWatchDefinition['qualifications']>,
  time: number,
): readonly Violation[] {
  const atWork = new Set(
    people.filter(({ role }) => role === 'worker' || role === 'guardian').map(({ person }) => person),
  );
  if (atWork.size === 0) return [{ kind: 'qualification-unjudged', why: 'the ticket names nobody' }];
  return [...atWork].flatMap((person): Violation[] => {
    const own = known.filter((one) => one.person === person);
    if (own.length === 0)
      return [{ kind: 'qualification-unjudged', subject: person, why: `${person} is in no roster` }];
    return own.some(({ works, until }) => works.includes(work) && time < until)
      ? []
      : [{ kind: 'unqualified', subject: person, why: `${person} has none for ${work}` }];
  });
}
