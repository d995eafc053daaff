import {
  compile,
  isRegistered,
  registerFunction,
  TreeInterpreter,
  TYPE_NULL,
  TYPE_NUMBER,
  type JSONValue,
} from '@jmespath-community/jmespath';
import { z } from 'zod';
import { refuse } from './fault.ts';
import { gcj02 } from './gcj02.ts';

/** A compiled expression. JMESPath always ends: it has no loops, no recursion and no way to run code. */
export interface Expression {
  readonly text: string;
  /** Null where there is nothing. Throws {@link EvaluationError} where a function meets a value that it cannot take. */
  readonly of: (json: unknown) => unknown;
}

export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

const LONGEST = 500;
/** Functions whose result can be as long as a number in a message says. */
const unbounded: ReadonlySet<unknown> = new Set(['pad_left', 'pad_right']);

/**
 * `gcj02(lon, lat)`: `{lon, lat}` as Chinese public maps shift them; outside of China unchanged, null where one is missing.
 * Only what leaves the box may be shifted: zones and distances are judged in CGCS2000.
 */
const SHIFT = 'gcj02';
const degrees = { types: [TYPE_NUMBER, TYPE_NULL] };
registerFunction(
  SHIFT,
  ([lon, lat]) => (typeof lon === 'number' && typeof lat === 'number' ? { ...gcj02({ lon, lat }) } : null),
  [degrees, degrees],
);

/** An expression in YAML over what comes in; what is wrong with it is told with its place. */
export const expression = (description: string, ...examples: readonly string[]) =>
  expressionIn('incoming', description, examples);

/** The same over a record that goes out: it may give degrees as a public map has them, by `gcj02(lon, lat)`. */
export const outgoingExpression = (description: string, ...examples: readonly string[]) =>
  expressionIn('outgoing', description, examples);

type Direction = 'incoming' | 'outgoing';

const expressionIn = (direction: Direction, description: string, examples: readonly string[]) =>
  z
    .string()
    .min(1)
    .max(LONGEST)
    .meta({ description: `${description} (JMESPath)`, ...(examples.length > 0 && { examples: [...examples] }) })
    .transform((text, context): Expression => {
      try {
        return compileExpression(text, direction);
      } catch (error) {
        refuse(context, {
          what: `"${text}" is no JMESPath expression`,
          why: error instanceof Error ? error.message : String(error),
          todo: "a field is written data.x, an element list[0], a text 'hall', a number `1`; see jmespath.site",
        });
        return z.NEVER;
      }
    });

/** Throws where the text is no expression. */
function compileExpression(text: string, direction: Direction): Expression {
  const node = compile(text);
  checkFunctions(node, direction);
  return {
    text,
    of: (json) => {
      try {
        const value: unknown = TreeInterpreter.search(node, json as JSONValue);
        return typeof value === 'function' || value === undefined ? null : value;
      } catch (error) {
        throw new EvaluationError(`${text}: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        });
      }
    },
  };
}

/** The library finds out about functions when they are called, which is when the message is here. */
function checkFunctions(node: unknown, direction: Direction): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'Function' && 'name' in node && typeof node.name === 'string') {
    if (unbounded.has(node.name)) throw new Error(`the function ${node.name} is not allowed here`);
    if (node.name === SHIFT && direction === 'incoming')
      throw new Error(`${SHIFT} is for what is sent; what comes in is judged, in CGCS2000 or WGS84`);
    if (!isRegistered(node.name)) throw new Error(`there is no function ${node.name}`);
  }
  for (const part of Object.values(node)) checkFunctions(part, direction);
}
