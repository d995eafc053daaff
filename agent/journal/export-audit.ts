import { isoTime, spreadsheetText } from './csv-text.ts';
import type { ExportQuery } from './export.ts';
import { toRecord } from './record-table.ts';
import type { Tables } from './store.ts';

const PAGE = 500;

/**
 * Who did what, a line each, with the chain's link behind it: the SHA-256 over the link before, this record's identity
 * and body. Whoever keeps the file can compare its last link with the journal's. A record that is not what was written
 * is told as damaged, not left out.
 */
export function* auditLines(
  tables: Tables,
  { from, to }: Pick<ExportQuery, 'from' | 'to'>,
  form: 'csv' | 'jsonl',
): Generator<string> {
  if (form === 'csv') yield 'seq,recorded,time,who,action,what,detail,chain';
  for (let after = 0; ;) {
    const rows = tables.records.rows('audit', after, Number.MAX_SAFE_INTEGER, PAGE);
    for (const row of rows) {
      after = row.seq;
      if (row.time < from || row.time >= to) continue;
      const chain = row.chain.toString('hex');
      const record = toRecord('audit', row);
      const entry = record?.stream === 'audit' ? record.body : { time: row.time, who: '', action: 'damaged', what: '' };
      if (form === 'jsonl') {
        yield JSON.stringify({ seq: row.seq, recorded: row.time, ...entry, chain });
        continue;
      }
      const { time, who, action, what, detail } = entry;
      const texts = [who, action, what, detail ? JSON.stringify(detail) : ''].map(spreadsheetText);
      yield [row.seq, isoTime(row.time), isoTime(time), ...texts, chain].join(',');
    }
    if (rows.length === 0) return;
  }
}
