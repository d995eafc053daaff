import type { Text } from '#agent/model/alarm.ts';
import type { PermitFact, WorkKind } from '#agent/model/permit.ts';
import { ruleNumber } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import type { RuleOf } from './gas-limit.ts';
import type { Violation } from './violation.ts';

/** By what a kind of work is graded. */
interface Measure {
  readonly size: (permit: PermitFact) => number | undefined;
  readonly unit: string;
  readonly what: Text;
  readonly rule: string;
  /** Grades that begin above their number and not at it, as the note of the rule says. */
  readonly above: ReadonlySet<string>;
}

const measures: Readonly<Partial<Record<WorkKind, Measure>>> = {
  'work-at-height': {
    size: ({ heightM }) => heightM,
    unit: 'm',
    what: { zh: '高度', en: 'height' },
    rule: 'special-work.grade.work-at-height',
    above: new Set(['2', '3', '4']),
  },
  lifting: {
    size: ({ massT }) => massT,
    unit: 't',
    what: { zh: '质量', en: 'mass' },
    rule: 'special-work.grade.lifting',
    above: new Set(['1']),
  },
};

/** The grade that the ticket declares, against that which its own height or mass demands. */
export function judgeGrade(permit: PermitFact, ruleOf: RuleOf): readonly Violation[] {
  const measure = measures[permit.work];
  if (!measure) return [];
  const { what, unit } = measure;
  const [size, rule] = [measure.size(permit), ruleOf(measure.rule)];
  if (size === undefined)
    return [
      { kind: 'grade-unjudged', why: { zh: `作业票未写${what.zh}`, en: `the ticket gives no ${what.en}` }, rule },
    ];
  if (typeof rule?.value !== 'object')
    return [{ kind: 'grade-unjudged', why: { zh: '当日无适用规则', en: 'no rule of the day' } }];
  const demanded = demandedGrade(size, rule, measure.above);
  if (demanded === undefined) return [];
  const said = {
    zh: `${what.zh} ${size} ${unit}，应为 ${demanded} 级`,
    en: `${size} ${unit} demands grade ${demanded}`,
  };
  const { grade } = permit;
  if (grade === undefined)
    return [{ kind: 'grade-unknown', why: { zh: `未写级别；${said.zh}`, en: `no grade given; ${said.en}` }, rule }];
  const [declared, least] = [ruleNumber(rule, String(grade)), ruleNumber(rule, demanded)];
  const both = { zh: `${grade} 级；${said.zh}`, en: `grade ${grade}; ${said.en}` };
  if (declared === undefined) return [{ kind: 'grade-unknown', why: both, rule }];
  return least !== undefined && declared < least ? [{ kind: 'grade-too-low', why: both, rule }] : [];
}

/** The grade that begins highest of those that the size reaches; undefined for a size below all. */
function demandedGrade(size: number, { value }: StandardRule, above: ReadonlySet<string>): string | undefined {
  const reached = Object.entries(value).filter(([grade, from]) => (above.has(grade) ? size > from : size >= from));
  return reached.toSorted(([, one], [, other]) => other - one)[0]?.[0];
}

/** How many blind plates one ticket may be for. */
export function judgePlates({ work, plates }: PermitFact, ruleOf: RuleOf): readonly Violation[] {
  if (work !== 'blind-plate') return [];
  const rule = ruleOf('special-work.blind-plate.plates-per-ticket');
  const most = ruleNumber(rule);
  if (plates === undefined || most === undefined)
    return [{ kind: 'plates-unjudged', why: { zh: '作业票未写盲板数', en: 'the ticket does not say' }, rule }];
  return plates > most
    ? [
        {
          kind: 'too-many-plates',
          why: { zh: `${plates} 块，最多 ${most} 块`, en: `${plates}, at most ${most}` },
          rule,
        },
      ]
    : [];
}
