/** A position in a file, as editors count: line and column start at 1; a column is one UTF-16 unit. */
export interface Place {
  /** Path as the integrator would type it, relative to where the command runs. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Keys and indices from the root of a piece of configuration down to one value. */
export type Path = readonly (string | number)[];

/**
 * One piece of configuration (a source, a point, the whole `site:` section) that knows where each of its parts stands,
 * be it YAML or CSV. `value` is plain data as written: references such as `${env:NAME}` are not yet followed.
 */
export interface Entry {
  readonly value: unknown;
  /** Directory of the file, absolute: what `${file:…}` and other relative paths start from. */
  readonly directory: string;
  /** Where a value or its key stands. What does not exist stands where its nearest existing parent does. */
  readonly at: (path: Path, part?: 'key' | 'value') => Place;
  /**
   * Where a character of a text stands, counted in the text as it was read; for faults inside an expression. Absent, or
   * undefined: the text's own place is the best there is.
   */
  readonly inside?: (path: Path, offset: number) => Place | undefined;
  /** How a path is named in messages: `points[3].range.low`. */
  readonly label: (path: Path) => string;
}

/** `['points', 3, 'range']` → `points[3].range`. Keys that are no plain words are quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[\p{L}\p{N}_-]+$/u.test(part)) text += `[${JSON.stringify(part)}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/** The value below a path; undefined when there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Readonly<Record<string | number, unknown>>)[part];
  }
  return current;
}

/** An entry for what lies below `path`. */
export const entryBelow = (entry: Entry, path: Path): Entry => ({
  value: valueAt(entry.value, path),
  directory: entry.directory,
  at: (below, part) => entry.at([...path, ...below], part),
  inside: (below, offset) => entry.inside?.([...path, ...below], offset),
  label: (below) => entry.label([...path, ...below]),
});
