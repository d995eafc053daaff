import type { ASTNode } from '@marcbachmann/cel-js';
import type { ArithmeticSign, ComparisonSign, RuleExpression, RuleWindow } from '#agent/model/composite-rule.ts';
import { parseDuration } from '../../duration.ts';
import { nearest } from '../../nearest.ts';
import { functionNames, isPointFunction, isWindowFunction, textFunctions } from './language.ts';
import type { RuleFault } from './language.ts';

/** A rule as a tree, with what it looks at. */
export interface Translated {
  readonly when: RuleExpression;
  /** Each point once, with the first place where it is named. */
  readonly inputs: ReadonlyMap<string, number>;
  readonly windows: readonly RuleWindow[];
  readonly faults: readonly RuleFault[];
}

const arithmetic: readonly string[] = ['+', '-', '*', '/'] satisfies ArithmeticSign[];
const comparisons: readonly string[] = ['==', '!=', '<', '<=', '>', '>='] satisfies ComparisonSign[];
const isArithmetic = (op: string): op is ArithmeticSign => arithmetic.includes(op);
const isComparison = (op: string): op is ComparisonSign => comparisons.includes(op);
const isTextFunction = (name: string): name is (typeof textFunctions)[number] =>
  (textFunctions as readonly string[]).includes(name);

/** Never reached at run time: a rule with a fault is not used. */
const NOTHING: RuleExpression = { op: 'constant', value: false };

/** Translates what was parsed; what rules do not have is a fault at its place. */
export function translate(ast: ASTNode): Translated {
  const inputs = new Map<string, number>();
  const windows: RuleWindow[] = [];
  const faults: RuleFault[] = [];

  const refuse = (node: ASTNode, what: string, todo?: string): RuleExpression => {
    faults.push({ offset: node.range.start, what, ...(todo !== undefined && { todo }) });
    return NOTHING;
  };

  const inputOf = (node: ASTNode | undefined): number => {
    if (node?.op !== 'value' || typeof node.args !== 'string') {
      if (node) refuse(node, 'expected a point in quotes');
      return 0;
    }
    if (!inputs.has(node.args)) inputs.set(node.args, node.range.start);
    return [...inputs.keys()].indexOf(node.args);
  };

  const windowOf = (input: number, node: ASTNode | undefined): number => {
    const text = node?.op === 'value' && typeof node.args === 'string' ? node.args : '';
    const lengthMs = parseDuration(text) ?? 0;
    const known = windows.findIndex((one) => one.input === input && one.lengthMs === lengthMs);
    return known >= 0 ? known : windows.push({ input, lengthMs }) - 1;
  };

  const callOf = (node: ASTNode, name: string, args: readonly ASTNode[]): RuleExpression => {
    if (isPointFunction(name)) return { op: name, input: inputOf(args[0]) };
    if (isWindowFunction(name)) return { op: 'window', of: name, window: windowOf(inputOf(args[0]), args[1]) };
    if (name === 'atLeast') {
      const [count, ...votes] = args;
      return { op: 'at-least', count: count?.op === 'value' ? Number(count.args) : 1, of: votes.map(expressionOf) };
    }
    const meant = nearest(name, functionNames);
    return refuse(node, `there is no function ${name} in rules`, meant && `did you mean "${meant}"?`);
  };

  const binaryOf = (node: ASTNode, [first, second]: readonly ASTNode[]): RuleExpression => {
    if (!first || !second) return refuse(node, 'an operand is missing');
    const { op } = node;
    if (op === '/' && isWhole(first) && isWhole(second))
      return refuse(node, 'whole numbers are divided without a rest: write 5.0 / 2');
    if (op === 'in') {
      if (second.op !== 'list') return refuse(second, 'expected a list such as [1, 2]');
      return { op: 'in', of: expressionOf(first), list: second.args.map(expressionOf) };
    }
    if (op === '&&' || op === '||')
      return { op: op === '&&' ? 'and' : 'or', left: expressionOf(first), right: expressionOf(second) };
    if (isArithmetic(op) || isComparison(op)) return { op, left: expressionOf(first), right: expressionOf(second) };
    return refuse(node, `there is no ${op} in rules`);
  };

  const expressionOf = (node: ASTNode): RuleExpression => {
    switch (node.op) {
      case 'value':
        return constantOf(node.args) ?? refuse(node, 'expected a number, a text, true or false');
      case 'call':
        return callOf(node, node.args[0], node.args[1]);
      case 'rcall': {
        const [name, of, [text]] = node.args;
        return isTextFunction(name) && text
          ? { op: name, of: expressionOf(of), text: expressionOf(text) }
          : refuse(node, `there is no function ${name} in rules`);
      }
      case '!_':
        return { op: 'not', of: expressionOf(node.args) };
      case '-_':
        return { op: 'negate', of: expressionOf(node.args) };
      case '?:': {
        const [condition, yes, no] = node.args;
        return {
          op: 'if',
          condition: expressionOf(condition),
          yes: expressionOf(yes),
          no: expressionOf(no),
        };
      }
      case 'id':
        return refuse(node, `there is no name ${node.args}; a point is value("${node.args}")`);
      case '.':
      case '.?':
      case '[]':
      case '[?]':
      case 'list':
      case 'map':
        return refuse(node, 'rules have no lists, maps and fields but a list behind "in"');
      case '&&':
      case '||':
      case 'in':
      case '+':
      case '-':
      case '*':
      case '/':
      case '%':
      case '==':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=':
        break;
    }
    return binaryOf(node, node.args);
  };

  const when = expressionOf(ast);
  return { when, inputs, windows, faults };
}

function constantOf(value: unknown): RuleExpression | undefined {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? { op: 'constant', value: Number(value) } : undefined;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    return { op: 'constant', value };
  return undefined;
}

/** A whole number in CEL, by the way it is written. */
function isWhole(node: ASTNode): boolean {
  if (node.op === 'value') return typeof node.args === 'bigint';
  if (node.op === '-_') return isWhole(node.args);
  if (node.op === '+' || node.op === '-' || node.op === '*' || node.op === '/') return node.args.every(isWhole);
  return false;
}
