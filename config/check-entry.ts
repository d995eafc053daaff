import { explainIssue } from './explain-issue.ts';
import type { Findings } from './findings.ts';
import type { References } from './follow-references.ts';
import type { Entry, Path } from './place.ts';
import type { Form } from './schema-shape.ts';

/** What every step of loading shares. */
export interface Reading {
  readonly findings: Findings;
  readonly references: References;
}

/**
 * Checks one piece of configuration against its schema: follows its references, parses it, and reports every fault at
 * its place. Returns undefined when there was any. Never throws, whatever a kind's own schema does.
 *
 * @param otherKeys keys that are known at the top beside those of the schema, for suggestions
 */
export function checkEntry<T>(
  form: Form<T>,
  entry: Entry,
  reading: Reading,
  otherKeys: readonly string[] = [],
): T | undefined {
  const { value, failed } = reading.references.follow(entry, form.shape);
  const checked = { shape: form.shape, written: entry.value, otherKeys };
  try {
    const result = form.schema.safeParse(value);
    if (result.success) return failed.length === 0 ? result.data : undefined;
    for (const issue of result.error.issues)
      for (const { path, part, fault } of explainIssue(issue, checked))
        if (!failed.some((start) => startsWith(path, start))) reading.findings.errorAt(entry, path, fault, part);
  } catch (error) {
    reading.findings.errorAt(entry, [], {
      what: 'this can not be checked',
      why: error instanceof Error ? error.message : String(error),
      todo: 'write it as the documentation of its kind shows, and report this message',
    });
  }
  return undefined;
}

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step);
