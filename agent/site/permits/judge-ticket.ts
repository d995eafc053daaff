import type { Text } from '#agent/model/alarm.ts';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import { workTexts } from '#agent/model/permit.ts';
import type { PermitFact, WorkKind } from '#agent/model/permit.ts';
import { formatSpan } from './format-span.ts';
import { ruleMs, ruleNumber } from '#agent/model/standard-rule.ts';
import type { RuleOf } from './gas-limit.ts';
import { judgeGrade, judgePlates } from './judge-grade.ts';
import { raisedTimes } from './raised-times.ts';
import type { Violation } from './violation.ts';

/** The key of a grade in the tables of the rules. */
export const gradeKey = (grade: number | undefined): string | undefined =>
  grade === undefined ? undefined : grade === 0 ? 'special' : String(grade);

/** Validity, grade, guardian and qualifications: what the ticket itself says. */
export function judgeTicket(
  permit: PermitFact,
  definition: Pick<PermitWatchDefinition, 'suspensions' | 'raised' | 'qualifications'>,
  ruleOf: RuleOf,
  time: number,
): readonly Violation[] {
  const found: Violation[] = [...judgeLength(permit, ruleOf), ...judgeSize(permit, ruleOf)];
  if (permit.state !== 'active') return found;
  if (time < permit.validFrom) found.push({ kind: 'not-yet-valid', why: validIn(permit.validFrom - time) });
  if (time >= permit.validTo) found.push({ kind: 'expired', why: validUntil(permit.validTo) });
  if (!permit.people.some(({ role }) => role === 'guardian'))
    found.push({ kind: 'guardian-missing', why: { zh: '作业票未指定', en: 'the ticket names none' } });
  found.push(...judgeSuspension(permit, definition, ruleOf, time));
  if (definition.qualifications) found.push(...judgePeople(permit, definition.qualifications, time));
  return found;
}

function validIn(ms: number): Text {
  const { zh, en } = formatSpan(ms);
  return { zh: `${zh}后生效`, en: `valid in ${en}` };
}

const validUntil = (time: number): Text => {
  const iso = new Date(time).toISOString();
  return { zh: `有效至 ${iso}`, en: `valid until ${iso}` };
};

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
  if (longest === undefined) return [{ kind: 'grade-unknown', why: gradeText(grade), rule }];
  const span = validTo - validFrom;
  return span > longest ? [{ kind: 'valid-too-long', why: tooLong(span, longest), rule }] : [];
}

/** As written, from the approval on: it may still be corrected then. */
function judgeSize(permit: PermitFact, ruleOf: RuleOf): readonly Violation[] {
  const { state } = permit;
  if (state !== 'active' && state !== 'approved' && state !== 'suspended') return [];
  return [...judgeGrade(permit, ruleOf), ...judgePlates(permit, ruleOf)];
}

const gradeText = (grade: number | undefined): Text =>
  grade === undefined
    ? { zh: '作业票未写级别', en: 'the ticket has no grade' }
    : { zh: `级别 ${gradeKey(grade)}`, en: `grade ${gradeKey(grade)}` };

function tooLong(ms: number, longestMs: number): Text {
  const [is, most] = [formatSpan(ms), formatSpan(longestMs)];
  return { zh: `${is.zh}，最长 ${most.zh}`, en: `${is.en}, at most ${most.en}` };
}

/** Hot work has three grades, 2 the lowest: raised by one, work of grade 2 needs a ticket of grade 1. */
const LOWEST_HOT_WORK = 2;

function judgeSuspension(
  { work, grade }: PermitFact,
  { suspensions, raised }: Pick<PermitWatchDefinition, 'suspensions' | 'raised'>,
  ruleOf: RuleOf,
  time: number,
): readonly Violation[] {
  const now = suspensions.filter(({ from, to, works }) => from <= time && time < to && works.includes(work));
  const weekly = work === 'hot-work' ? raisedTimes(raised, time) : [];
  const all = [...now, ...weekly.map((reason) => ({ reason, allowed: 'upgraded' as const }))];
  return all.flatMap(({ reason, allowed }): Violation[] => {
    if (allowed === 'none') return [{ kind: 'in-suspension', subject: reason, why: { zh: reason, en: reason } }];
    const rule = work === 'hot-work' ? ruleOf('special-work.upgrade-in-suspension.hot-work') : undefined;
    const raise = ruleNumber(rule);
    if (raise !== undefined && grade !== undefined && grade <= LOWEST_HOT_WORK - raise) return [];
    return [{ kind: 'not-upgraded', subject: reason, why: notUpgraded(reason, grade), rule }];
  });
}

function notUpgraded(reason: string, grade: number | undefined): Text {
  const { zh, en } = gradeText(grade);
  return { zh: `${reason}；${zh}`, en: `${reason}; ${en}` };
}

/** Whether a person may do this work now; undefined for one whom nobody lists. */
export function qualified(
  person: string,
  work: WorkKind,
  known: NonNullable<PermitWatchDefinition['qualifications']>,
  time: number,
): boolean | undefined {
  const own = known.filter((one) => one.person === person);
  return own.length === 0 ? undefined : own.some(({ works, until }) => works.includes(work) && time < until);
}

function judgePeople(
  { people, work }: PermitFact,
  known: NonNullable<PermitWatchDefinition['qualifications']>,
  time: number,
): readonly Violation[] {
  const atWork = new Set(
    people.filter(({ role }) => role === 'worker' || role === 'guardian').map(({ person }) => person),
  );
  if (atWork.size === 0)
    return [{ kind: 'qualification-unjudged', why: { zh: '作业票未写人员', en: 'the ticket names nobody' } }];
  return [...atWork].flatMap((person): Violation[] => {
    const is = qualified(person, work, known, time);
    if (is === undefined)
      return [
        {
          kind: 'qualification-unjudged',
          subject: person,
          why: { zh: `${person} 不在名册`, en: `${person} is in no roster` },
        },
      ];
    return is
      ? []
      : [
          {
            kind: 'unqualified',
            subject: person,
            why: { zh: `${person} 无${workTexts[work].zh}有效资格`, en: `${person} has none for ${work}` },
          },
        ];
  });
}
