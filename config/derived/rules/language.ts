import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import { parseDuration } from '../../duration.ts';

/**
 * The Common Expression Language as rules have it: operators, `in`, `? :`, the text tests, and our functions over points.
 * The library parses and checks types; what it checked is translated into a tree of our own (`translate.ts`) that knows
 * three values. Calls that cannot be bounded (`matches`, `map`, `filter` and the like) do not exist here.
 */

/** A rule larger than this is refused: it is evaluated at each change of its inputs, and there may be thousands. */
export const mostNodes = 200;
const MOST_DEPTH = 24;
/** How many expressions `atLeast` can count. */
const MOST_VOTES = 10;

/** What a point can be in an expression; `dyn`: a state, of which only the device knows what it tells. */
export type PointType = 'double' | 'string' | 'dyn';

/** Functions of a point and what they give; undefined: what the point is. */
export const pointFunctions = { value: undefined, reading: undefined, good: 'bool', known: 'bool' } as const;
/** Functions of a point and a time. */
export const windowFunctions = {
  avg: 'double',
  min: 'double',
  max: 'double',
  rise: 'double',
  changed: 'bool',
} as const;
export const isPointFunction = (name: string): name is keyof typeof pointFunctions =>
  Object.hasOwn(pointFunctions, name);
export const isWindowFunction = (name: string): name is keyof typeof windowFunctions =>
  Object.hasOwn(windowFunctions, name);
export const textFunctions = ['startsWith', 'endsWith', 'contains'] as const;
/** Names of all that can be called with a point or with votes. */
export const functionNames: readonly string[] = [
  ...Object.keys(pointFunctions),
  ...Object.keys(windowFunctions),
  'atLeast',
];

/** Windows are at least so long, and at most. Milliseconds. */
const SHORTEST_WINDOW_MS = 1000;
const LONGEST_WINDOW_MS = 86_400_000;

/** What is wrong at an offset of the expression. */
export interface RuleFault {
  readonly offset: number;
  readonly what: string;
  /** Absent: what rules can do is told. */
  readonly todo?: string;
}

interface Checker {
  readonly getType: (name: string) => unknown;
  readonly check: (node: ASTNode, context: unknown) => { readonly isDynOrBool: () => boolean };
  readonly createError: (code: string, message: string, node: ASTNode) => Error;
}

/** Looked up while a type check runs, which is synchronous. */
let typeOf: (point: string) => PointType = () => 'dyn';

const macro = (
  check: (args: readonly ASTNode[], checker: Checker, context: unknown) => unknown,
): ((call: { readonly args: readonly ASTNode[] }) => object) => {
  const evaluate = (): never => {
    throw new Error('rules are evaluated by agent/site/rules');
  };
  return ({ args }) => ({
    args,
    evaluate,
    typeCheck: (checker: Checker, _: unknown, context: unknown) => check(args, checker, context),
  });
};

const textOf = (node: ASTNode | undefined): string | undefined =>
  node?.op === 'value' && typeof node.args === 'string' ? node.args : undefined;

function pointAt(args: readonly ASTNode[], checker: Checker): string {
  const [first] = args;
  const point = textOf(first);
  if (point === undefined && first) throw checker.createError('point', 'expected a point in quotes', first);
  return point ?? '';
}

function checkWindow(args: readonly ASTNode[], checker: Checker): void {
  const [, second] = args;
  const ms = parseDuration(textOf(second) ?? '');
  if (second && (ms === undefined || ms < SHORTEST_WINDOW_MS || ms > LONGEST_WINDOW_MS))
    throw checker.createError('window', 'expected a time from "1s" to "1d" in quotes', second);
}

function createEnvironment(): Environment {
  const environment = new Environment({
    limits: { maxAstNodes: mostNodes, maxDepth: MOST_DEPTH, maxListElements: 50 },
  });
  const ignored = (): boolean => false;
  for (const sign of ['+', '-', '*', '/'])
    for (const [left, right] of [
      ['double', 'int'],
      ['int', 'double'],
    ])
      environment.registerOperator(`${left} ${sign} ${right}`, ignored);
  environment.registerOperator('double == int', ignored);
  environment.registerOperator('double in list<int>', ignored);
  for (const [name, gives] of Object.entries(pointFunctions))
    environment.registerFunction(
      `${name}(ast): dyn`,
      macro((args, checker) => {
        const point = pointAt(args, checker);
        return checker.getType(gives ?? typeOf(point));
      }),
    );
  for (const [name, gives] of Object.entries(windowFunctions))
    environment.registerFunction(
      `${name}(ast, ast): dyn`,
      macro((args, checker) => {
        const point = pointAt(args, checker);
        if (gives === 'double' && typeOf(point) !== 'double' && args[0])
          throw checker.createError('number', `${name}() needs a point that is a number`, args[0]);
        checkWindow(args, checker);
        return checker.getType(gives);
      }),
    );
  for (let votes = 1; votes <= MOST_VOTES; votes += 1)
    environment.registerFunction(`atLeast(ast, ${Array(votes).fill('ast').join(', ')}): dyn`, macro(checkVotes));
  return environment;
}

function checkVotes([count, ...votes]: readonly ASTNode[], checker: Checker, context: unknown): unknown {
  if (
    count &&
    !(count.op === 'value' && typeof count.args === 'bigint' && count.args > 0 && count.args <= votes.length)
  )
    throw checker.createError('count', `expected a whole number from 1 to ${votes.length}`, count);
  for (const vote of votes)
    if (!checker.check(vote, context).isDynOrBool())
      throw checker.createError('vote', 'atLeast() counts what is true or false', vote);
  return checker.getType('bool');
}

let shared: Environment | undefined;
/** Made once: making one costs as much as checking hundreds of rules. */
const environment = (): Environment => (shared ??= createEnvironment());

export type ParsedRule = { readonly ast: ASTNode } | { readonly fault: RuleFault };

export function parseRule(text: string): ParsedRule {
  try {
    return { ast: environment().parse(text).ast };
  } catch (error) {
    return { fault: faultOf(error) };
  }
}

/** What is wrong with the types of an expression, the first fault that is found; undefined: nothing. */
export function typeFault(text: string, typeOfPoint: (point: string) => PointType): RuleFault | undefined {
  typeOf = typeOfPoint;
  const { valid, type, error } = environment().check(text);
  if (!valid) return faultOf(error);
  if (type === 'bool' || type === 'dyn') return undefined;
  return { offset: 0, what: `it gives ${wordOf(type ?? '')}` };
}

function faultOf(error: unknown): RuleFault {
  if (!(error instanceof Error)) return { offset: 0, what: String(error) };
  const { summary, range } = error as Error & {
    readonly summary?: string;
    readonly range?: { readonly start: number };
  };
  return { offset: range?.start ?? 0, what: inWords(summary ?? error.message) };
}

const wordOf = (type: string): string =>
  ({ double: 'a number', int: 'a number', string: 'a text', bool: 'true or false' })[type] ?? `a ${type}`;

/** The library's own words, where an integrator would not know what they mean. */
function inWords(summary: string): string {
  const [, left, sign, right] = /^no such overload: (\S+) (\S+) (\S+)$/.exec(summary) ?? [];
  if (left !== undefined && sign !== undefined && right !== undefined)
    return `${wordOf(left)} ${sign} ${wordOf(right)} means nothing`;
  const [, name] = /^found no matching overload for '([^(]+)\(/.exec(summary) ?? [];
  if (name !== undefined) return `there is no function ${name} with these arguments`;
  if (summary.startsWith('Exceeded')) return `it is too large: ${summary}`;
  const [, variable] = /^Unknown variable: (.+)$/.exec(summary) ?? [];
  if (variable !== undefined) return `there is no name ${variable}`;
  return summary;
}
