import type { RuleExpression, WindowFigure } from '#agent/model/composite-rule.ts';
import type { Sample } from '#agent/model/sample.ts';

/** Neither true nor false, and no number: it rests on something that is not known. */
export const UNKNOWN: unique symbol = Symbol('unknown');
export type RuleValue = number | boolean | string | typeof UNKNOWN;

/** What an expression looks at. */
export interface RuleView {
  /** The last sample of an input; undefined before the first. */
  readonly sample: (input: number) => Sample | undefined;
  /** A figure of a window, UNKNOWN while it is not covered. */
  readonly figure: (window: number, of: WindowFigure) => RuleValue;
}

export type Evaluate = (view: RuleView) => RuleValue;

/**
 * An expression as a function. Kleene's logic: `and`, `or` and `at-least` decide as soon as what is known decides; all else
 * is unknown when a part is. Types that do not fit at run time (a state point may tell anything) are unknown, never false.
 */
export function compile(expression: RuleExpression): Evaluate {
  switch (expression.op) {
    case 'constant': {
      const { value } = expression;
      return () => value;
    }
    case 'value':
      return ({ sample }) => {
        const found = sample(expression.input);
        return found?.quality.level === 'good' ? (found.value ?? UNKNOWN) : UNKNOWN;
      };
    case 'reading':
      return ({ sample }) => {
        const found = sample(expression.input);
        return found && found.quality.level !== 'bad' ? (found.value ?? UNKNOWN) : UNKNOWN;
      };
    case 'good':
      return ({ sample }) => {
        const found = sample(expression.input);
        return found ? found.quality.level === 'good' : UNKNOWN;
      };
    case 'known':
      return ({ sample }) => {
        const found = sample(expression.input);
        return found ? found.quality.level !== 'bad' && found.value !== null : UNKNOWN;
      };
    case 'window':
      return ({ figure }) => figure(expression.window, expression.of);
    case 'not': {
      const of = compile(expression.of);
      return (view) => {
        const value = of(view);
        return typeof value === 'boolean' ? !value : UNKNOWN;
      };
    }
    case 'negate': {
      const of = compile(expression.of);
      return (view) => {
        const value = of(view);
        return typeof value === 'number' ? -value : UNKNOWN;
      };
    }
    case 'and':
    case 'or':
      return logic(expression);
    case 'if': {
      const [condition, yes, no] = [expression.condition, expression.yes, expression.no].map(compile);
      return (view) => {
        const value = condition?.(view);
        return typeof value === 'boolean' ? ((value ? yes : no)?.(view) ?? UNKNOWN) : UNKNOWN;
      };
    }
    case 'in':
      return membership(expression);
    case 'at-least':
      return atLeast(expression);
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return textTest(expression);
    case '+':
    case '-':
    case '*':
    case '/':
    case '==':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
      break;
  }
  return binary(expression);
}

/** The expression that an operator belongs to. */
type Of<Op extends RuleExpression['op'], One = RuleExpression> = One extends { readonly op: infer Its }
  ? Op extends Its
    ? One
    : never
  : never;

function logic({ op, left, right }: Of<'and'>): Evaluate {
  const [first, second] = [compile(left), compile(right)];
  const decisive = op === 'or';
  return (view) => {
    const one = first(view);
    if (one === decisive) return decisive;
    const other = second(view);
    if (other === decisive) return decisive;
    return one === !decisive && other === !decisive ? !decisive : UNKNOWN;
  };
}

/** Equal to one is in; unknown is equal to nothing and different from nothing. */
function membership({ of, list }: Of<'in'>): Evaluate {
  const [one, others] = [compile(of), list.map(compile)];
  return (view) => {
    const value = one(view);
    let isUnknown = false;
    for (const other of others) {
      const isSame = compare('==', value, other(view));
      if (isSame === true) return true;
      if (isSame === UNKNOWN) isUnknown = true;
    }
    return isUnknown ? UNKNOWN : false;
  };
}

function atLeast({ count, of }: Of<'at-least'>): Evaluate {
  const parts = of.map(compile);
  return (view) => {
    let [known, possible] = [0, 0];
    for (const part of parts) {
      const value = part(view);
      if (value === true) known += 1;
      if (value !== false) possible += 1;
    }
    if (known >= count) return true;
    return possible < count ? false : UNKNOWN;
  };
}

function textTest({ op, of, text }: Of<'contains'>): Evaluate {
  const [whole, part] = [compile(of), compile(text)];
  const test = {
    startsWith: (one: string, other: string) => one.startsWith(other),
    endsWith: (one: string, other: string) => one.endsWith(other),
    contains: (one: string, other: string) => one.includes(other),
  }[op];
  return (view) => {
    const [one, other] = [whole(view), part(view)];
    return typeof one === 'string' && typeof other === 'string' ? test(one, other) : UNKNOWN;
  };
}

type BinaryOp = Of<'+'>['op'];
type Comparison = Extract<BinaryOp, '==' | '!=' | '<' | '<=' | '>' | '>='>;

function binary({ op, left, right }: Of<'+'>): Evaluate {
  const [first, second] = [compile(left), compile(right)];
  if (op === '+' || op === '-' || op === '*' || op === '/')
    return (view) => {
      const [one, other] = [first(view), second(view)];
      return typeof one === 'number' && typeof other === 'number' ? arithmetic(op, one, other) : UNKNOWN;
    };
  return (view) => compare(op, first(view), second(view));
}

/** What is no finite number (a division by zero) decides nothing. */
function arithmetic(op: '+' | '-' | '*' | '/', one: number, other: number): RuleValue {
  const result = op === '+' ? one + other : op === '-' ? one - other : op === '*' ? one * other : one / other;
  return Number.isFinite(result) ? result : UNKNOWN;
}

function compare(op: Comparison, one: RuleValue, other: RuleValue): boolean | typeof UNKNOWN {
  if (one === UNKNOWN || other === UNKNOWN || typeof one !== typeof other) return UNKNOWN;
  switch (op) {
    case '==':
      return one === other;
    case '!=':
      return one !== other;
    case '<':
      return one < other;
    case '<=':
      return one <= other;
    case '>':
      return one > other;
    case '>=':
      break;
  }
  return one >= other;
}
