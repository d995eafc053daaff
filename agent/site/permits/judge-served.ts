import type { PermitFact } from '#agent/model/permit.ts';
import type { RuleOf } from './gas-limit.ts';
import { isOver } from './permit-book.ts';
import type { Violation } from './violation.ts';

/** More permits than one connection serves are not all told. */
const MOST_TOLD = 20;

/** Temporary power against the hot or confined work that it serves: never longer. Other work sets it no end. */
export function judgeServed(
  permit: PermitFact,
  ticket: (id: string) => PermitFact | undefined,
  ruleOf: RuleOf,
): readonly Violation[] {
  const { work, serves, state, validTo } = permit;
  if (work !== 'temporary-power' || (state !== 'active' && state !== 'approved' && state !== 'suspended')) return [];
  const rule = ruleOf('special-work.validity.temporary-power.served');
  if (rule?.value !== true) return [];
  if (!serves)
    return [{ kind: 'served-unjudged', why: { zh: '作业票未写关联作业', en: 'the ticket does not name it' }, rule }];
  const unknown = serves.filter((id) => !ticket(id));
  if (unknown.length > 0)
    return unknown.slice(0, MOST_TOLD).map((id) => ({
      kind: 'served-unjudged',
      subject: id,
      why: { zh: `无作业票 ${id}`, en: `no permit ${id} is known` },
      rule,
    }));
  const served = serves
    .flatMap((id) => ticket(id) ?? [])
    .filter((other) => other.work === 'hot-work' || other.work === 'confined-space')
    .toSorted((one, other) => endOf(other) - endOf(one));
  const last = served[0];
  if (!last) return [];
  const why = isOver(last)
    ? { zh: `${last.id} 已结束`, en: `${last.id} is over` }
    : {
        zh: `有效至 ${isoOf(validTo)}，${last.id} 至 ${isoOf(last.validTo)}`,
        en: `valid until ${isoOf(validTo)}, ${last.id} until ${isoOf(last.validTo)}`,
      };
  return validTo > endOf(last) ? [{ kind: 'outlasts-work', subject: last.id, why, rule }] : [];
}

const endOf = (permit: PermitFact): number => (isOver(permit) ? Number.NEGATIVE_INFINITY : permit.validTo);
const isoOf = (time: number): string => new Date(time).toISOString();
