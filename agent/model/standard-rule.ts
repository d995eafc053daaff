import type { Text } from './alarm.ts';

/**
 * What a number rests on. A regulator's text outranks everything; a text that nobody here has read is said to be so.
 *
 * | mark | meaning |
 * |---|---|
 * | `official` | quoted from the official text |
 * | `primary` | seen in shipping software or a specification that is close to the text |
 * | `secondary` | told by somebody who cites the text: a vendor, a preview, a checklist |
 * | `known-well` | common knowledge of the trade; the text was not at hand |
 * | `known-fairly` | as before, and worth a look into the text before relying on it |
 * | `known-poorly` | hearsay: a value to start from, not to defend |
 */
export const confidences = ['official', 'primary', 'secondary', 'known-well', 'known-fairly', 'known-poorly'] as const;
type Confidence = (typeof confidences)[number];

/** One number, one yes or no, or a small table of numbers by a key that {@link StandardRule.about} explains. */
type RuleValue = number | boolean | Readonly<Record<string, number>>;

/** One number of a standard, as a rule pack has it. */
export interface StandardRule {
  /**
   * What it is about, the same in every edition: `special-work.validity.hot-work`. Of the rules of one id, at most one is
   * in force at a time.
   */
  readonly id: string;
  /** Id of the pack that it stands in. */
  readonly pack: string;
  readonly standard: string;
  /** Chapter or clause, as far as it is known. */
  readonly clause?: string;
  readonly confidence: Confidence;
  /** UTC ms, inclusive. */
  readonly effectiveFrom: number;
  /** UTC ms, exclusive; absent: until further notice. */
  readonly effectiveTo?: number;
  readonly about: Text;
  readonly value: RuleValue;
  /** `h`, `%VOL`, `m`, …; empty for a yes or no and for counts. */
  readonly unit: string;
  readonly note?: string;
}

/**
 * The rule of an id that is in force at a time: judge what happened by the edition of its day. Undefined where none was,
 * or none is known.
 *
 * @param at UTC ms
 */
export const ruleAt = (rules: readonly StandardRule[], id: string, at: number): StandardRule | undefined =>
  rules.find(
    (rule) => rule.id === id && rule.effectiveFrom <= at && (rule.effectiveTo === undefined || at < rule.effectiveTo),
  );

/** The number of a rule, or that of a key of its table. Undefined where it has none. */
export function ruleNumber(rule: StandardRule | undefined, key?: string): number | undefined {
  const value = rule?.value;
  if (typeof value === 'number') return value;
  return typeof value === 'object' && key !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
}

const msOf: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/** As {@link ruleNumber}, for a rule whose unit is a time. Milliseconds. */
export function ruleMs(rule: StandardRule | undefined, key?: string): number | undefined {
  const [amount, unit] = [ruleNumber(rule, key), msOf[rule?.unit ?? '']];
  return amount === undefined || unit === undefined ? undefined : amount * unit;
}

/** `GB 30871-2022 第5章 (known-well)`: for the reason of an alarm or a violation. */
export const citationOf = ({ standard, clause, confidence }: StandardRule): string =>
  `${standard}${clause === undefined ? '' : ` ${clause}`} (${confidence})`;
