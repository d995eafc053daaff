import { resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { zoneId } from '#agent/model/ids.ts';
import type { Person } from '#agent/model/headcount.ts';
import { tagId } from '#agent/model/tag.ts';
import type { Reading } from '../../check-entry.ts';
import { suggest } from '../../nearest.ts';
import type { Entry } from '../../place.ts';

const roles = ['employee', 'contractor', 'visitor', 'guardian'] as const;
const columns = ['id', 'name', 'role', 'company', 'tag', 'from', 'to', 'rights'];

/** An empty cell is no time. A day means its first moment in UTC; write the time with its zone where it matters. */
const time = z
  .string()
  .optional()
  .transform((text, context) => {
    if (text === undefined || text === '') return undefined;
    const ms = Date.parse(text);
    if (Number.isNaN(ms)) context.addIssue({ code: 'custom', message: `"${text}" is no time` });
    return ms;
  });

const row = z.object({
  id: z.string().min(1, 'id is empty'),
  name: z.string().prefault(''),
  role: z.enum(roles, `role is none of ${roles.join(', ')}`),
  company: z.string().prefault(''),
  tag: z.string().min(1, 'tag is empty'),
  from: time,
  to: time,
  rights: z.string().prefault(''),
});

const MOST_PERSONS = 50_000;

/** Who wears which tag. Faults name the line of the file and nobody by name, and stand where the file is named. */
export function readRoster(entry: Entry, file: string, zones: readonly string[], reading: Reading): readonly Person[] {
  const fail = (what: string, todo: string): readonly Person[] => {
    const why = 'a tag must belong to one person for certain';
    reading.findings.errorAt(entry, ['roster', 'file'], { what, why, todo });
    return [];
  };
  const read = reading.readText(resolve(entry.directory, file));
  if (!read.ok) return fail(`${file}: ${read.fault.what}`, read.fault.todo);
  let rows: Record<string, string>[];
  try {
    rows = parse(read.text, { columns: true, bom: true, trim: true, skip_empty_lines: true, to: MOST_PERSONS + 1 });
  } catch (cause) {
    return fail(`${file}: ${cause instanceof Error ? cause.message : String(cause)}`, 'save it as CSV in UTF-8');
  }
  if (rows.length > MOST_PERSONS) return fail(`${file} has more than ${MOST_PERSONS} lines`, 'is it the right file?');
  const wrong = Object.keys(rows[0] ?? {}).find((column) => !columns.includes(column));
  if (wrong !== undefined) return fail(`${file}: there is no column "${wrong}"`, suggest(wrong, columns, 'delete it'));
  const worn = new Map<string, number>();
  return rows.flatMap((cells, index) => {
    const line = `${file} line ${index + 2}`;
    const person = row.safeParse(cells);
    if (!person.success) return fail(`${line}: ${person.error.issues[0]?.message ?? 'unreadable'}`, 'correct the line');
    const { id, name, role, company, tag, from, to } = person.data;
    const other = worn.get(tag);
    if (other !== undefined) return fail(`${line}: tag ${tag} is on line ${other} already`, 'correct one of them');
    worn.set(tag, index + 2);
    const rights = person.data.rights.split(/[\s;]+/).filter((right) => right !== '');
    const unknown = rights.find((right) => !zones.includes(right));
    if (unknown !== undefined)
      return fail(`${line}: there is no zone "${unknown}"`, suggest(unknown, zones, 'correct the id'));
    return [
      {
        id,
        name,
        role,
        ...(company !== '' && { company }),
        tag: tagId(tag),
        ...(from !== undefined && { validFrom: from }),
        ...(to !== undefined && { validTo: to }),
        rights: new Set(rights.map(zoneId)),
      },
    ];
  });
}
