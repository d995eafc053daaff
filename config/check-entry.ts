import { explainIssue } from './explain-issue.ts';
import type { LocatedFault } from './explain-issue.ts';
import type { Findings } from './findings.ts';
import type { References } from './follow-references.ts';
import type { Entry, Path } from './place.ts';
import type { Form } from './schema-shape.ts';
import type { SourceText } from './source-text.ts';

/** What every step of loading shares. */
export interface Reading {
  readonly findings: Findings;
  readonly references: References;
  /** Reads one of the site's own files; see {@link readSourceText}. */
  readonly readText: (absolute: string) => SourceText;
}

export interface Examined<T> {
  /** The parsed piece; undefined when it has any fault. */
  readonly whole: T | undefined;
  /** What parses when the faulty parts are left out, so that further checks can go on. Never to be used for a site. */
  readonly sound: T | undefined;
}

/**
 * Checks one piece of configuration against its schema: follows its references, parses it, and reports every fault at
 * its place. Never throws, whatever a kind's own schema does.
 *
 * @param otherKeys keys that are known at the top beside those of the schema, for suggestions
 */
export function examineEntry<T>(
  form: Form<T>,
  entry: Entry,
  reading: Reading,
  otherKeys: readonly string[] = [],
): Examined<T> {
  const { value, failed } = reading.references.follow(entry, form.shape);
  try {
    const result = form.schema.safeParse(value);
    if (result.success && failed.length === 0) return { whole: result.data, sound: result.data };
    if (result.success) return { whole: undefined, sound: result.data };
    const checked = { shape: form.shape, written: entry.value, otherKeys };
    const faults = result.error.issues.flatMap((issue) => explainIssue(issue, checked));
    for (const { path, part, fault } of faults)
      if (!failed.some((start) => startsWith(path, start))) reading.findings.errorAt(entry, path, fault, part);
    return { whole: undefined, sound: parseSound(form, value, faults) };
  } catch (error) {
    reading.findings.errorAt(entry, [], {
      what: 'this can not be checked',
      why: error instanceof Error ? error.message : String(error),
      todo: 'write it as the documentation of its kind shows, and report this message',
    });
    return { whole: undefined, sound: undefined };
  }
}

/** As {@link examineEntry}, for those who can do nothing with a part. */
export const checkEntry = <T>(
  form: Form<T>,
  entry: Entry,
  reading: Reading,
  otherKeys: readonly string[] = [],
): T | undefined => examineEntry(form, entry, reading, otherKeys).whole;

/** Leaves out what is at fault, first as little as can be (one alarm of several), then the whole key. */
function parseSound<T>(form: Form<T>, value: unknown, faults: readonly LocatedFault[]): T | undefined {
  for (const depth of [2, 1]) {
    const pruned = faults.reduce((rest, { path }) => without(rest, path.slice(0, depth)), value);
    const result = form.schema.safeParse(pruned);
    if (result.success) return result.data;
  }
  return undefined;
}

function without(value: unknown, path: Path): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (rest.length === 0) return Object.fromEntries(entries.filter(([key]) => key !== step));
  return Object.fromEntries(entries.map(([key, item]) => [key, key === step ? without(item, rest) : item]));
}

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step);
