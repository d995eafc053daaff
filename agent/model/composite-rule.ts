import type { PointId } from './ids.ts';

/**
 * An expression over points as a tree, made from checked CEL. Numbers are doubles. Evaluated in three values: what rests
 * on an input that is not good is neither true nor false, unless the rest decides (`false && ?` is false, `true || ?` is
 * true, as CEL has it for errors).
 */
export type RuleExpression =
  | { readonly op: 'constant'; readonly value: number | boolean | string }
  /** Of {@link CompositeRuleDefinition.inputs}. `value`: known while its quality is good; `reading`: while it is not bad. */
  | { readonly op: 'value' | 'reading'; readonly input: number }
  /** Its quality is good; it has a value that is not bad. Not known before the first sample only. */
  | { readonly op: 'good' | 'known'; readonly input: number }
  /** Of {@link CompositeRuleDefinition.windows}; known once the whole window is covered by good values. */
  | { readonly op: 'window'; readonly window: number; readonly of: WindowFigure }
  | { readonly op: 'not' | 'negate'; readonly of: RuleExpression }
  | { readonly op: 'and' | 'or'; readonly left: RuleExpression; readonly right: RuleExpression }
  | { readonly op: ArithmeticSign | ComparisonSign; readonly left: RuleExpression; readonly right: RuleExpression }
  | {
      readonly op: 'if';
      readonly condition: RuleExpression;
      readonly yes: RuleExpression;
      readonly no: RuleExpression;
    }
  | { readonly op: 'in'; readonly of: RuleExpression; readonly list: readonly RuleExpression[] }
  /** True when so many are, false when so many can no longer be: two out of three with one in doubt is decided. */
  | { readonly op: 'at-least'; readonly count: number; readonly of: readonly RuleExpression[] }
  | { readonly op: TextTest; readonly of: RuleExpression; readonly text: RuleExpression };

export type ArithmeticSign = '+' | '-' | '*' | '/';
export type ComparisonSign = '==' | '!=' | '<' | '<=' | '>' | '>=';
type TextTest = 'startsWith' | 'endsWith' | 'contains';
/**
 * `avg` is weighted with time; `rise` is the value now less the one at the beginning; `changed` is true when the value
 * has not been the same throughout.
 */
export type WindowFigure = 'avg' | 'min' | 'max' | 'rise' | 'changed';

export interface RuleWindow {
  /** Of {@link CompositeRuleDefinition.inputs}. */
  readonly input: number;
  readonly lengthMs: number;
}

/** A rule of the site's own over several points. Its point is true while the rule is raised. Times are milliseconds. */
export interface CompositeRuleDefinition {
  /** `rule/<id of its point>` */
  readonly id: string;
  readonly point: PointId;
  /** The expression as it was written, for people. */
  readonly text: string;
  readonly when: RuleExpression;
  readonly inputs: readonly PointId[];
  readonly windows: readonly RuleWindow[];
  /** It must have been true this long before the rule is raised. Time in doubt does not count and is not lost. */
  readonly forMs: number;
  /** It must have been false this long before the rule is lowered. */
  readonly clearAfterMs: number;
  /** The point is repeated this often, so that it does not go stale. */
  readonly repeatMs: number;
}
