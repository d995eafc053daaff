import type { PermitFact } from '#agent/model/permit.ts';
import type { RegisterFact } from '#agent/model/register.ts';
import { EvaluationError } from '#config/expression.ts';
import type { Expression } from '#config/expression.ts';
import { permitOf } from './permit-mapping.ts';
import type { Arrival } from './permit-mapping.ts';
import { RecordRefused } from './record-reader.ts';
import { registerOf } from './register-mapping.ts';
import type { PermitFeedOptions } from './schema.ts';

export interface ReadRecords {
  readonly facts: readonly (PermitFact | RegisterFact)[];
  /** One clause for each record that could not be read. */
  readonly refused: readonly string[];
}

const MOST_RECORDS = 20_000;

/** Reads every record of an answer; one that cannot be read stops none of the others. */
export function readRecords(
  { permits, registers }: Pick<PermitFeedOptions, 'permits' | 'registers'>,
  answer: unknown,
  arrival: Arrival,
): ReadRecords {
  const facts: (PermitFact | RegisterFact)[] = [];
  const refused: string[] = [];
  const take = (mapping: Where, read: (record: unknown) => PermitFact | RegisterFact): void => {
    const records = recordsOf(mapping, answer, refused);
    for (const [index, record] of records.entries())
      try {
        if (!mapping.when || mapping.when.of(record) === true) facts.push(read(record));
      } catch (error) {
        if (!(error instanceof RecordRefused) && !(error instanceof EvaluationError)) throw error;
        refused.push(
          `record ${index + 1} (${mapping.id.text} ${idText(mapping.id, record)}): ${error.message}`.slice(0, 300),
        );
      }
  };
  for (const mapping of permits) take(mapping, (record) => permitOf(mapping, record, arrival));
  for (const mapping of registers) take(mapping, (record) => registerOf(mapping, record, arrival));
  return { facts, refused };
}

interface Where {
  readonly each?: Expression | undefined;
  readonly when?: Expression | undefined;
  readonly id: Expression;
}

function recordsOf({ each }: Where, answer: unknown, refused: string[]): readonly unknown[] {
  let records: unknown;
  try {
    records = each ? each.of(answer) : answer;
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    refused.push(error.message.slice(0, 300));
    return [];
  }
  if (!Array.isArray(records)) {
    // One record that is posted alone is a list of one.
    if (!each && typeof records === 'object' && records !== null) return [records];
    refused.push(`there is no list${each ? ` at ${each.text}` : ''}`);
    return [];
  }
  if (records.length > MOST_RECORDS) refused.push(`${records.length - MOST_RECORDS} records beyond ${MOST_RECORDS}`);
  return records.slice(0, MOST_RECORDS);
}

function idText(id: Expression, record: unknown): string {
  try {
    return JSON.stringify(id.of(record)).slice(0, 80);
  } catch {
    return 'unreadable';
  }
}
