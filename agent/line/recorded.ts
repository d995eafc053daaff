import type { Span } from '#agent/alarms/report/alarm-report.ts';
import { readHistory } from '#agent/journal/history.ts';
import type { HistoryPosition } from '#agent/journal/history.ts';
import { toRecord } from '#agent/journal/record-table.ts';
import type { Tables } from '#agent/journal/store.ts';
import type { Gap } from '#agent/model/event.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';

const PAGE = 10_000;

/** Recorded samples of points in the order in which they came. */
export function* recordedSamples(tables: Tables, points: readonly PointId[], { from, to }: Span): Iterable<Sample> {
  let after: HistoryPosition | undefined;
  do {
    const page = readHistory(tables, { points, from, to, limit: PAGE, ...(after && { after }) });
    yield* page.samples;
    after = page.next;
  } while (after);
}

/** Every record of a stream that can be read. */
export function* recordsIn<S extends 'alarm' | 'event' | 'gap' | 'audit'>(
  { records }: Tables,
  stream: S,
): Iterable<RecordOf<S, unknown>> {
  for (let after = 0, rows; (rows = records.rows(stream, after, Number.MAX_SAFE_INTEGER, PAGE)).length > 0;)
    for (const row of rows) {
      const record = toRecord(stream, row);
      if (record?.stream === stream) yield record as RecordOf<S, unknown>;
      after = row.seq;
    }
}

/** The agent was not there: what it had last read is not known any more. Those that begin within the span. */
export function absences(tables: Tables, { from, to }: Span): readonly Span[] {
  const found: Span[] = [];
  for (const { body } of recordsIn(tables, 'gap')) {
    const gap = body as Gap;
    const isAbsence = gap.reason === 'agent-stopped' || gap.reason === 'crash';
    if (isAbsence && gap.points === undefined && gap.from >= from && gap.from < to)
      found.push({ from: gap.from, to: Math.min(to, gap.to ?? to) });
  }
  return found.toSorted((one, other) => one.from - other.from);
}
