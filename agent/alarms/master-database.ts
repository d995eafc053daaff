import { parse } from 'csv-parse/sync';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { AlarmColumn, AlarmRow } from './alarm-row.ts';
import { alarmColumns, rowOf } from './alarm-row.ts';
import { definitionOf } from './read-alarm-row.ts';

/** What is wrong in a master alarm database, and where. */
interface RowFault {
  /** Line of the file, from 1; the header is line 1. Of a row with line breaks in a cell, its last line. */
  readonly line: number;
  /** Absent where the whole line, or the file, is at fault. */
  readonly column?: string;
  readonly what: string;
}

export type ImportedAlarms =
  | { readonly ok: true; readonly definitions: readonly AlarmDefinition[] }
  /** Every fault at once. Nothing of a faulty file is used. */
  | { readonly ok: false; readonly faults: readonly RowFault[] };

/** Lets spreadsheets in a Chinese locale read UTF-8. */
const byteOrderMark = '\uFEFF';

/** The master alarm database (ISA-18.2 clause 6): one row an alarm, as CSV by RFC 4180 with CRLF and a byte order mark. */
export function exportAlarms(definitions: Iterable<AlarmDefinition>): string {
  const lines = [alarmColumns.join(',')];
  for (const definition of definitions) {
    const row = rowOf(definition);
    lines.push(alarmColumns.map((column) => quoted(row[column])).join(','));
  }
  return `${byteOrderMark}${lines.join('\r\n')}\r\n`;
}

/** Reads what {@link exportAlarms} writes, also after a spreadsheet has saved it. Columns may be in any order. */
export function importAlarms(csv: string): ImportedAlarms {
  const faults: RowFault[] = [];
  const [header, ...lines] = read(csv, faults);
  if (header === undefined)
    return { ok: false, faults: faults.length > 0 ? faults : [{ line: 1, what: 'the file is empty' }] };
  for (const name of header.cells) {
    if (!isColumn(name)) faults.push({ line: header.line, column: name, what: 'there is no such column' });
  }
  for (const column of alarmColumns) {
    if (!header.cells.includes(column)) faults.push({ line: header.line, column, what: 'this column is missing' });
  }
  if (faults.length > 0) return { ok: false, faults };

  const lineOf = new Map<string, number>();
  const definitions: AlarmDefinition[] = [];
  for (const { cells, line } of lines) {
    const row = Object.fromEntries(header.cells.map((name, index) => [name, cells[index] ?? ''])) as AlarmRow;
    const definition = definitionOf(row, (column, what) => faults.push({ line, column, what }));
    const before = lineOf.get(definition.id);
    if (before !== undefined)
      faults.push({ line, column: 'id', what: `${definition.id} stands in line ${before} already` });
    lineOf.set(definition.id, line);
    definitions.push(definition);
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, definitions };
}

interface Line {
  readonly cells: readonly string[];
  readonly line: number;
}

function read(csv: string, faults: RowFault[]): Line[] {
  try {
    // The types of csv-parse do not know that `info` changes what a record is.
    const records = parse(csv, { bom: true, info: true, skip_empty_lines: true }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return records.map(({ record, info }) => ({ cells: record, line: info.lines }));
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? Number(error.lines) : 1;
    faults.push({ line, what: error instanceof Error ? error.message : String(error) });
    return [];
  }
}

const isColumn = (name: string): name is AlarmColumn => (alarmColumns as readonly string[]).includes(name);

const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
