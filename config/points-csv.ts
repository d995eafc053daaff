import { parse } from 'csv-parse/sync';
import type { Fault } from './fault.ts';
import type { Findings } from './findings.ts';
import { suggest } from './nearest.ts';
import type { Entry, Path, Place } from './place.ts';
import type { FileNames } from './yaml-file.ts';

const limits = ['HH', 'H', 'L', 'LL'] as const;

/** Settings that hold for every limit of the row. */
const settings = ['deadband', 'onDelay', 'offDelay', 'priority', 'latch'] as const;

/** Columns, and where each stands in the point that YAML would write. */
const columns: Readonly<Record<string, Path>> = {
  id: ['id'],
  source: ['source'],
  address: ['address'],
  kind: ['kind'],
  name: ['name'],
  unit: ['unit'],
  low: ['range', 'low'],
  high: ['range', 'high'],
  factor: ['scale', 'factor'],
  offset: ['scale', 'offset'],
  staleAfter: ['staleAfter'],
  zone: ['zone'],
  hazardSource: ['hazardSource'],
  safetyRole: ['safetyRole'],
  regulatorCode: ['regulatorCode'],
  ...Object.fromEntries(limits.map((limit) => [limit, ['alarms', limit, 'setpoint']])),
  ...Object.fromEntries(settings.map((setting) => [setting, ['alarms', '*', setting]])),
};

const required = ['id', 'source', 'address', 'kind'] as const;
const numeric = new Set(['low', 'high', 'factor', 'offset', 'deadband', ...limits]);

/** One record as the parser gives it: its cells, its text, and the line at which it ends. */
interface Row {
  readonly record: readonly string[];
  readonly raw: string;
  readonly info: { readonly lines: number };
}

/** Reads a tag list: the header row names columns, every other row is a point. Never throws. */
export function parsePointsCsv(text: string, names: FileNames, findings: Findings): readonly Entry[] {
  const rows = parseRows(text, names, findings);
  const [header, ...rest] = rows;
  if (!header) {
    if (findings.errorCount === 0) findings.error({ file: names.shown, line: 1, column: 1 }, '', emptyFile);
    return [];
  }
  const head = header.record.map((cell) => cell.trim());
  if (!isGoodHeader(head, header, names, findings)) return [];
  return rest.flatMap((row) => {
    if (row.record.every((cell) => cell.trim() === '')) return [];
    if (row.record.length === head.length) return [entryOf(row, head, names)];
    findings.error(placeIn(row, Math.min(row.record.length - 1, head.length), names), 'row', {
      what: `the row has ${row.record.length} cells, the header has ${head.length}`,
      why: 'cells could land in the wrong column',
      todo: 'put text that holds a comma in double quotes, or fill up with empty cells',
    });
    return [];
  });
}

function parseRows(text: string, names: FileNames, findings: Findings): readonly Row[] {
  // The parser counts CR LF inside quotes as two lines; columns are not changed by dropping the CR.
  const lines = text.replaceAll(/\r\n?/g, '\n');
  try {
    // The types of csv-parse do not know that `info` and `raw` together change what a record is.
    const options = { raw: true, info: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: '\n' };
    return parse(lines, options) as unknown as readonly Row[];
  } catch (error) {
    const { code, lines: line = 1, column = 0 } = error as { code?: string; lines?: number; column?: number };
    const isOpen = code === 'CSV_QUOTE_NOT_CLOSED';
    const row = { record: [], raw: lines.split('\n')[line - 1] ?? '', info: { lines: line } };
    findings.error(isOpen ? openQuote(lines, names) : placeIn(row, column, names), '', {
      what: isOpen ? 'a double quote is not closed' : 'a double quote stands inside a cell',
      why: 'double quotes enclose a whole cell',
      todo: isOpen ? 'close it' : 'enclose the whole cell in double quotes, and double the ones inside it',
    });
    return [];
  }
}

/** Where the quote begins that is still open at the end of the file. */
function openQuote(text: string, names: FileNames): Place {
  const before = text.slice(0, text.lastIndexOf('"')).split('\n');
  return { file: names.shown, line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

const emptyFile: Fault = {
  what: 'the file is empty',
  why: 'expected a header row and one row for each point',
  todo: `start it with ${required.join(',')}`,
};

function isGoodHeader(head: readonly string[], row: Row, names: FileNames, findings: Findings): boolean {
  const before = findings.errorCount;
  const report = (index: number, what: string, why: string, todo: string): void =>
    findings.error(placeIn(row, index, names), head[index] ?? '', { what, why, todo });
  if (head.length === 1 && /[;\t]/.test(head[0] ?? '')) {
    const found = head[0]?.includes('\t') === true ? 'tabs' : 'semicolons';
    report(0, `columns are separated by ${found}`, 'expected commas', 'save it as "CSV UTF-8 (comma delimited)"');
    return false;
  }
  for (const [index, name] of head.entries()) {
    if (head.indexOf(name) < index)
      report(index, `the column "${name}" stands here twice`, 'one of them would be lost', 'delete one of them');
    else if (!Object.hasOwn(columns, name))
      report(
        index,
        name === '' ? 'a column has no name' : `unknown column "${name}"`,
        `known are ${Object.keys(columns).join(', ')}`,
        suggest(
          name,
          Object.keys(columns).filter((column) => !head.includes(column)),
          'delete it',
        ),
      );
  }
  for (const name of required)
    if (!head.includes(name))
      report(0, `the column "${name}" is missing`, 'every point needs it', `add a column "${name}"`);
  return findings.errorCount === before;
}

function entryOf(row: Row, head: readonly string[], names: FileNames): Entry {
  const cells = new Map(head.map((name, index) => [name, cellValue(name, (row.record[index] ?? '').trim())]));
  const columnOf = (path: Path): string | undefined => head.find((name) => matches(columns[name] ?? [], path));
  return {
    value: pointOf(cells),
    directory: names.directory,
    at: (path) => placeIn(row, path.length === 0 ? 0 : Math.max(0, head.indexOf(columnOf(path) ?? '')), names),
    label: (path) => (path.length === 0 ? 'row' : (columnOf(path) ?? String(path.at(-1)))),
  };
}

/** True if the column stands at the path or below it; `*` is any limit. */
const matches = (column: Path, path: Path): boolean =>
  path.every((step, index) => column[index] === step || column[index] === '*');

/** Empty is absent. What is no number where one belongs stays text, and is refused with its place. */
function cellValue(column: string, text: string): string | number | boolean | undefined {
  if (text === '') return undefined;
  if (numeric.has(column) && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (column === 'latch' && /^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  return text;
}

/** The point as YAML would write it. */
function pointOf(cells: ReadonlyMap<string, unknown>): Record<string, unknown> {
  const point: Record<string, unknown> = {};
  for (const [column, value] of cells) {
    const [key = '', below] = columns[column] ?? [];
    if (value === undefined || key === 'alarms') continue;
    if (below === undefined) point[key] = value;
    else point[key] = { ...(point[key] as Record<string, unknown> | undefined), [below]: value };
  }
  const shared = Object.fromEntries(
    settings.flatMap((name) => (cells.get(name) === undefined ? [] : [[name, cells.get(name)]])),
  );
  const given = limits.filter((limit) => cells.get(limit) !== undefined);
  if (given.length > 0)
    point['alarms'] = Object.fromEntries(given.map((limit) => [limit, { setpoint: cells.get(limit), ...shared }]));
  return point;
}

/** Where a cell of a row begins, counting lines inside quoted cells before it. */
function placeIn(row: Row, index: number, names: FileNames): Place {
  const text = row.raw.replace(/\n+$/, '').replace(/^\n+/, '');
  let [line, column, cell, isQuoted] = [row.info.lines - text.split('\n').length + 1, 1, 0, false];
  for (const char of text) {
    if (cell === index) break;
    if (char === '"') isQuoted = !isQuoted;
    else if (char === ',' && !isQuoted) cell += 1;
    column += char.length;
    if (char === '\n') [line, column] = [line + 1, 1];
  }
  return { file: names.shown, line, column };
}
