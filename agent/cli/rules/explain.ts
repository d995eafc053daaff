import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { ruleAt } from '#agent/model/standard-rule.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import { nearest } from '#config/nearest.ts';
import { shippedPacks } from '#config/rules/load-packs.ts';

interface ExplainOptions {
  readonly at?: number;
  readonly json?: true;
}

/** `firewatch rules explain [ID]`: where a number comes from and when it holds; exit 1 where there is none. */
export const explainCommand = (rules: Command): void => {
  rules
    .command('explain')
    .description('tell where a limit comes from, what it rests on, and from when it holds')
    .argument('[id]', 'a rule, or the beginning of several: special-work.gas')
    .option('--at <date>', 'as of this day, such as 2024-05-01; default today', day)
    .option('--json', 'print JSON')
    .action((id: string | undefined, { at = Date.now(), json }: ExplainOptions) => {
      const { text, isGood } = tellRules(id, at, json === true);
      if (isGood) console.log(text);
      else console.error(text);
      process.exitCode = isGood ? 0 : 1;
    });
};

/**
 * What the command prints, and whether it could.
 *
 * @param at UTC ms; decides which edition is in force
 */
export function tellRules(
  id: string | undefined,
  at: number,
  asJson: boolean,
): { readonly text: string; readonly isGood: boolean } {
  const { rules } = shippedPacks();
  const found = rules.filter((rule) => id === undefined || rule.id === id || rule.id.startsWith(`${id}.`));
  if (id !== undefined && found.length === 0) {
    const meant = nearest(id, new Set(rules.map((rule) => rule.id)));
    const hint = meant === undefined ? '"firewatch rules explain" lists them' : `did you mean "${meant}"?`;
    return { text: `there is no rule "${id}"; ${hint}`, isGood: false };
  }
  if (asJson) return { text: JSON.stringify(found, undefined, 2), isGood: true };
  const isList = id === undefined;
  return { text: found.map((rule) => (isList ? line(rule) : explain(rule, at))).join('\n'), isGood: true };
}

const line = (rule: StandardRule): string =>
  [rule.id, valueText(rule), rule.standard, rule.confidence, daysText(rule)].join('  ');

function explain(rule: StandardRule, at: number): string {
  const isInForce = ruleAt([rule], rule.id, at) === rule;
  return [
    `${rule.id}: ${valueText(rule)}`,
    `  ${rule.about.zh}`,
    `  ${rule.about.en}`,
    `  from        ${rule.standard}${rule.clause === undefined ? '' : ` ${rule.clause}`} (pack ${rule.pack})`,
    `  rests on    ${rule.confidence}`,
    `  in force    ${daysText(rule)}${isInForce ? '' : `; NOT on ${dayOf(at)}`}`,
    ...(rule.note === undefined ? [] : [`  note        ${rule.note}`]),
  ].join('\n');
}

function valueText({ value, unit }: StandardRule): string {
  const withUnit = (text: string): string => (unit === '' ? text : `${text} ${unit}`);
  if (typeof value !== 'object') return withUnit(String(value));
  return withUnit(
    Object.entries(value)
      .map(([key, number]) => `${key} ${number}`)
      .join(', '),
  );
}

const daysText = ({ effectiveFrom, effectiveTo }: StandardRule): string =>
  effectiveTo === undefined
    ? `from ${dayOf(effectiveFrom)}`
    : `from ${dayOf(effectiveFrom)} until ${dayOf(effectiveTo)}`;

/** The standards' own day, China's. */
const dayOf = (time: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short' }).format(time);

function day(text: string): number {
  const time = Date.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T12:00:00+08:00` : text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected a day such as 2024-05-01.');
  return time;
}
