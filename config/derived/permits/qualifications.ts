import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { PermitWatchDefinition } from '#agent/model/permit-watch.ts';
import { workKinds } from '#agent/model/permit.ts';
import type { Reading } from '../../check-entry.ts';
import { suggest } from '../../nearest.ts';
import type { Entry } from '../../place.ts';

type Qualifications = NonNullable<PermitWatchDefinition['qualifications']>;

const columns = ['person', 'works', 'until'];
const MOST_LINES = 50_000;
/** A day is valid to its end in China. */
const DAY = /^\d{4}-\d\d-\d\d$/;

const row = z.object({
  person: z.string().min(1, 'person is empty'),
  works: z
    .string()
    .transform((text) => text.split(/[\s;]+/).filter((word) => word !== ''))
    .pipe(z.array(z.enum(workKinds, `works is a list of ${workKinds.join(', ')}`)).min(1, 'works is empty')),
  until: z.string().transform((text, context) => {
    const time = DAY.test(text) ? Date.parse(`${text}T00:00:00+08:00`) + 86_400_000 : Date.parse(text);
    if (Number.isNaN(time)) context.addIssue({ code: 'custom', message: `"${text}" is no time` });
    return time;
  }),
});

/** Who may do what, as the enterprise's roster of contractors and training exports it. Faults stand where it is named. */
export function readQualifications(entry: Entry, file: string, reading: Reading): Qualifications {
  const fail = (what: string, todo: string): Qualifications => {
    const why = 'a person without a line that can be read would be judged wrongly';
    reading.findings.errorAt(entry, ['qualificationsFile'], { what, why, todo });
    return [];
  };
  const read = reading.readText(resolve(entry.directory, file));
  if (!read.ok) return fail(`${file}: ${read.fault.what}`, read.fault.todo);
  let rows: Record<string, string>[];
  try {
    rows = parse(read.text, { columns: true, bom: true, trim: true, skip_empty_lines: true, to: MOST_LINES + 1 });
  } catch (cause) {
    return fail(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, 'save it as CSV in UTF-8');
  }
  if (rows.length > MOST_LINES) return fail(`${file} has more than ${MOST_LINES} lines`, 'is it the right file?');
  const wrong = Object.keys(rows[0] ?? {}).find((column) => !columns.includes(column));
  if (wrong !== undefined) return fail(`${file}: there is no column "${wrong}"`, suggest(wrong, columns, 'delete it'));
  return rows.flatMap((cells, index) => {
    const line = row.safeParse(cells);
    if (line.success) return [line.data];
    return fail(`${file} line ${index + 2}: ${line.error.issues[0]?.message ?? 'unreadable'}`, 'correct the line');
  });
}
