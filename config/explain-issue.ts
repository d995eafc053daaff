import type { z } from 'zod';
import type { Fault } from './fault.ts';
import { suggest } from './nearest.ts';
import { valueAt } from './place.ts';
import type { Path } from './place.ts';
import { keysAt, shapesAt } from './schema-shape.ts';
import type { Shape } from './schema-shape.ts';

/** A fault, where it is in the value that was checked, and whether its key or its value is meant. */
export interface LocatedFault {
  readonly path: Path;
  readonly part: 'key' | 'value';
  readonly fault: Fault;
}

export interface Checked {
  readonly shape: Shape;
  /** As written, with references not followed: what may be shown. */
  readonly written: unknown;
  /** Keys that are known beside those of the shape, at the top. */
  readonly otherKeys: readonly string[];
}

type Issue = z.core.$ZodIssue;

/** Turns one issue of zod into faults in the integrator's words. */
export function explainIssue(issue: Issue, checked: Checked, base: Path = []): readonly LocatedFault[] {
  const path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
  const written = valueAt(checked.written, path);
  const at = (fault: Fault, part: 'key' | 'value' = 'value'): readonly LocatedFault[] => [
    { path, part, fault: fault.todo === '' ? { ...fault, todo: 'correct it' } : fault },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        part: 'key',
        fault: unknownKey(key, path, checked),
      }));
    case 'invalid_type':
      return at(written === undefined ? missing(path, checked) : wrongType(issue.expected, written, path, checked));
    case 'invalid_value':
      return at(written === undefined ? missing(path, checked) : notAllowed(issue.values, written));
    case 'invalid_union':
      return explainUnion(issue, checked, path);
    case 'invalid_key':
      return at({ what: `"${path.at(-1)}" can not be a key here`, ...expectation(path, checked) }, 'key');
    case 'custom':
      return at(givenFault(issue) ?? { what: issue.message, ...expectation(path, checked) });
    case 'too_small':
    case 'too_big':
      return at(outOfBounds(issue, written));
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_element':
    default:
      return at({ what: `${show(written)} is not accepted`, ...expectation(path, checked), ...ownWords(issue) });
  }
}

function explainUnion(issue: z.core.$ZodIssueInvalidUnion, checked: Checked, path: Path): readonly LocatedFault[] {
  const written = valueAt(checked.written, path);
  const at = (fault: Fault): readonly LocatedFault[] => [{ path, part: 'value', fault }];
  if (written === undefined) return at(missing(path, checked));
  if ('options' in issue && Array.isArray(issue.options)) return at(notAllowed(issue.options, written));
  const branches = issue.errors.filter((errors) => !errors.some((error) => isOtherType(error)));
  const closest = branches.toSorted((a, b) => a.length - b.length)[0];
  if (closest) return closest.flatMap((error) => explainIssue(error, checked, path));
  const types = issue.errors.flatMap((errors) =>
    errors.flatMap((error) => (error.code === 'invalid_type' ? [typeNames[error.expected] ?? error.expected] : [])),
  );
  const { why, todo } = expectation(path, checked);
  const what = `expected ${types.join(' or ')}, found ${show(written)}`;
  return at({ what, why, todo: todo === '' ? `write ${types.join(' or ')}` : todo });
}

/** The branch is for values of another type altogether, so its complaint would mislead. */
const isOtherType = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
  null: 'nothing',
};

function missing(path: Path, checked: Checked): Fault {
  const key = path.at(-1);
  const { why, todo } = expectation(path, checked);
  return {
    what: key === undefined ? 'this is missing' : `the key "${key}" is missing`,
    why,
    todo: todo === '' ? `add "${key}"` : `add it; ${todo}`,
  };
}

function wrongType(expected: string, written: unknown, path: Path, checked: Checked): Fault {
  const { why, todo } = expectation(path, checked);
  if (written === null) return { what: `"${path.at(-1) ?? ''}" is empty`, why: `expected ${named(expected)}`, todo };
  const isUnquoted = expected === 'string' && (typeof written === 'number' || typeof written === 'boolean');
  const isQuoted = expected === 'number' && typeof written === 'string' && Number.isFinite(Number(written));
  return {
    what: `expected ${named(expected)}, found ${show(written)}`,
    why,
    todo: isUnquoted && todo === '' ? `put it in quotes: "${String(written)}"` : isQuoted ? 'remove the quotes' : todo,
  };
}

const named = (expected: string): string => typeNames[expected] ?? expected;

function notAllowed(values: readonly unknown[], written: unknown): Fault {
  const allowed = values.map(String);
  return {
    what: written === null ? 'nothing is written here' : `${show(written)} is not allowed here`,
    why: allowed.length === 1 ? `expected ${allowed[0]}` : `expected one of ${allowed.join(', ')}`,
    todo: typeof written === 'string' ? suggest(written, allowed, 'use one of them') : 'use one of them',
  };
}

function unknownKey(key: string, path: Path, checked: Checked): Fault {
  const known = [...keysAt(checked.shape, path, checked.written), ...(path.length === 0 ? checked.otherKeys : [])];
  const parent = valueAt(checked.written, path);
  const unused = known.filter((name) => typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, name));
  return {
    what: `unknown key "${key}"`,
    why: known.length === 0 ? 'no keys are known here' : `known here: ${known.join(', ')}`,
    todo: suggest(key, unused, 'delete it'),
  };
}

function outOfBounds(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig, written: unknown): Fault {
  const [limit, word] = issue.code === 'too_small' ? [issue.minimum, 'least'] : [issue.maximum, 'most'];
  const isStrict = issue.inclusive === false;
  const counted: Readonly<Record<string, string>> = { string: ' characters', array: ' entries', object: ' keys' };
  const unit = counted[issue.origin] ?? '';
  const bound = isStrict ? `${word === 'least' ? 'more' : 'less'} than ${limit}${unit}` : `at ${word} ${limit}${unit}`;
  return {
    what:
      unit === '' ? `${show(written)} is too ${word === 'least' ? 'small' : 'large'}` : `${show(written)} does not fit`,
    why: `expected ${bound}`,
    todo: `give ${bound}`,
  };
}

/** What the schema says of itself at a path: its description as the reason, its examples as what to write. */
function expectation(path: Path, checked: Checked): { readonly why: string; readonly todo: string } {
  const shapes = shapesAt(checked.shape, path, checked.written);
  const description = shapes.find((shape) => shape.description !== undefined)?.description;
  const example = shapes.find((shape) => shape.examples !== undefined)?.examples?.[0];
  return {
    why: description === undefined ? 'it is needed here' : `expected: ${description}`,
    todo: example === undefined ? '' : `write for example ${show(example)}`,
  };
}

/** A schema's own message is better than its description; zod's, which all begin alike, are not. */
const ownWords = (issue: Issue): Partial<Fault> => (issue.message.startsWith('Invalid ') ? {} : { why: issue.message });

function givenFault(issue: z.core.$ZodIssueCustom): Fault | undefined {
  const fault: unknown = issue.params?.['fault'];
  return typeof fault === 'object' && fault !== null ? (fault as Fault) : undefined;
}

/** A value as written, short enough for one line. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'keys with values';
}
