import type { AuditEntry } from '#agent/model/record.ts';
import { isoTime, spreadsheetText } from './csv-text.ts';
import type { ExportQuery } from './export.ts';
import { toRecord } from './record-table.ts';
import type { Tables } from './store.ts';

const PAGE = 500;

/** An entry with its place in the chain. */
export interface ChainedEntry extends AuditEntry {
  readonly seq: number;
  /** UTC ms of writing. */
  readonly recorded: number;
  /**
   * Hexadecimal: SHA-256 over the link before, this record's identity and body. Whoever keeps one elsewhere can prove later
   * that nothing before it was changed.
   */
  readonly chain: string;
}

type Span = Pick<ExportQuery, 'from' | 'to'>;

/** Who did what, ascending. A record that is not what was written is told as damaged, not left out. */
export function* auditEntries(tables: Tables, { from, to }: Span): Generator<ChainedEntry> {
  for (let after = 0; ;) {
    const rows = tables.records.rows('audit', after, Number.MAX_SAFE_INTEGER, PAGE);
    for (const row of rows) {
      after = row.seq;
      if (row.time < from || row.time >= to) continue;
      const record = toRecord('audit', row);
      const entry = record?.stream === 'audit' ? record.body : { time: row.time, who: '', action: 'damaged', what: '' };
      yield { seq: row.seq, recorded: row.time, ...entry, chain: row.chain.toString('hex') };
    }
    if (rows.length === 0) return;
  }
}

/** A line each, with the chain's link behind it. */
export function* auditLines(tables: Tables, span: Span, form: 'csv' | 'jsonl'): Generator<string> {
  if (form === 'csv') yield 'seq,recorded,time,who,action,what,detail,chain';
  for (const entry of auditEntries(tables, span)) {
    if (form === 'jsonl') {
      yield JSON.stringify(entry);
      continue;
    }
    const { seq, recorded, time, who, action, what, detail, chain } = entry;
    const texts = [who, action, what, detail ? JSON.stringify(detail) : ''].map(spreadsheetText);
    yield [seq, isoTime(recorded), isoTime(time), ...texts, chain].join(',');
  }
}
