import { createHash } from 'node:crypto';
import { z } from 'zod';
import { personRoles } from '#agent/model/headcount.ts';
import type { Person } from '#agent/model/headcount.ts';
import { zoneId } from '#agent/model/ids.ts';
import type { RosterFact } from '#agent/model/roster.ts';
import { tagId } from '#agent/model/tag.ts';
import { EvaluationError, expression } from '#config/expression.ts';
import type { Arrival } from './permit-mapping.ts';
import { RecordReader, RecordRefused } from './record-reader.ts';

/** How the roster is read out of an answer. */
export const rosterMappingSchema = z
  .strictObject({
    each: expression('The list of those who wear tags; absent, the answer is a list', 'data.rows').optional(),
    when: expression('Only records for which this is true', "status == 'in'").optional(),
    id: expression('Id of the person', 'staffCode'),
    tag: expression('Id of the tag, as the locating system tells it', 'cardNo'),
    name: expression('Name, for the page of this box alone').optional(),
    role: expression('What the person is', 'personType'),
    roles: z
      .record(z.string(), z.enum(personRoles))
      .meta({ description: 'Roles by the words of the system; a word that is not here refuses the record' }),
    company: expression('Company').optional(),
    from: expression('Begin of validity').optional(),
    to: expression('End of validity').optional(),
    rights: expression('Restricted zones that may be entered: a list, or a text with spaces or semicolons').optional(),
  })
  .meta({ description: 'How the roster is read' });

export type RosterMapping = z.output<typeof rosterMappingSchema>;

export interface ReadRoster {
  /** Absent where the answer can not be the whole roster. */
  readonly fact?: RosterFact;
  /** One clause for each record that could not be read; nobody is named. */
  readonly refused: readonly string[];
}

const MOST_PERSONS = 20_000;

/**
 * The roster of an answer, whole. A record that means nothing, and every one of a tag that two persons wear, is left out and
 * told: who wears such a tag is unknown, as is who stands in no record. An answer without anybody is none.
 */
export function rosterOf(mapping: RosterMapping, answer: unknown, { receiveTime, zone, flags }: Arrival): ReadRoster {
  const list = listOf(mapping, answer);
  if (typeof list === 'string') return { refused: [`roster: ${list}`] };
  const refused: string[] = [];
  const read = new Map<string, Person | undefined>();
  for (const [index, record] of list.entries())
    try {
      if (mapping.when && mapping.when.of(record) !== true) continue;
      const person = personOf(mapping, new RecordReader(record, zone));
      if (read.has(person.tag)) refused.push(`roster record ${index + 1}: its tag is worn by another person already`);
      read.set(person.tag, read.has(person.tag) ? undefined : person);
    } catch (error) {
      if (!(error instanceof RecordRefused) && !(error instanceof EvaluationError)) throw error;
      refused.push(`roster record ${index + 1}: ${error.message}`.slice(0, 300));
    }
  const persons = [...read.values()].filter((person) => person !== undefined);
  if (persons.length === 0) return { refused: [...refused, 'roster: nobody is in it; the last one stays'] };
  return {
    fact: { kind: 'roster', version: versionOf(persons), persons, sourceTime: receiveTime, receiveTime, flags },
    refused,
  };
}

/** Or why there is none. */
function listOf({ each }: RosterMapping, answer: unknown): readonly unknown[] | string {
  try {
    const list = each ? each.of(answer) : answer;
    if (!Array.isArray(list)) return `there is no list${each ? ` at ${each.text}` : ''}; the last one stays`;
    return list.length > MOST_PERSONS ? `${list.length} records, more than ${MOST_PERSONS}; the last one stays` : list;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return error.message.slice(0, 300);
  }
}

function personOf(mapping: RosterMapping, reader: RecordReader): Person {
  const company = reader.optionalText(mapping.company);
  const validFrom = reader.optionalTime('from', mapping.from);
  const validTo = reader.optionalTime('to', mapping.to);
  const told = reader.of(mapping.rights);
  const rights = typeof told === 'string' ? told.split(/[\s;]+/) : reader.texts('rights', mapping.rights);
  return {
    id: reader.text('id', mapping.id),
    name: reader.optionalText(mapping.name) ?? '',
    role: reader.word('role', mapping.role, mapping.roles),
    ...(company !== undefined && { company }),
    tag: tagId(reader.text('tag', mapping.tag)),
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
    rights: new Set(rights.filter((right) => right !== '').map(zoneId)),
  };
}

/** The same for the same persons, in whatever order they come. */
function versionOf(persons: readonly Person[]): string {
  const lines = persons.map((person) => JSON.stringify({ ...person, rights: [...person.rights].toSorted() }));
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('base64url');
}
