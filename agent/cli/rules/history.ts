import { readHistory } from '#agent/journal/history.ts';
import type { HistoryPosition } from '#agent/journal/history.ts';
import { toRecord } from '#agent/journal/record-table.ts';
import type { Tables } from '#agent/journal/store.ts';
import type { Derivation, Derived } from '#agent/model/derivation.ts';
import type { Gap } from '#agent/model/event.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { RecordOf } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';

const PAGE = 10_000;

export interface Span {
  /** UTC ms, inclusive. */
  readonly from: number;
  /** UTC ms, exclusive. */
  readonly to: number;
}

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
export function* recordsIn<S extends 'alarm' | 'event' | 'gap'>(
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

/** The agent was not there: what it had last read is not known any more. */
export function absences(tables: Tables, { from, to }: Span): readonly number[] {
  const begins: number[] = [];
  for (const { body } of recordsIn(tables, 'gap')) {
    const gap = body as Gap;
    const isAbsence = gap.reason === 'agent-stopped' || gap.reason === 'crash';
    if (isAbsence && gap.points === undefined && gap.from >= from && gap.from < to) begins.push(gap.from);
  }
  return begins.toSorted((one, other) => one - other);
}

/** What a derivation is told, and when it would have been told. UTC ms. */
export interface Told {
  readonly time: number;
  readonly say: (derivation: Derivation) => Derived | undefined;
}

/** Samples that came together, as one batch; at the beginning of an absence every input is lost. */
export function* toldBy(
  samples: Iterable<Sample>,
  inputs: readonly PointId[],
  absent: readonly number[],
): Iterable<Told> {
  const waiting = [...absent];
  let batch: Sample[] = [];
  const flush = function* (): Iterable<Told> {
    const told = batch;
    batch = [];
    if (told[0]) yield { time: told[0].receiveTime, say: (derivation) => derivation.onSamples(told) };
  };
  for (const sample of samples) {
    while (waiting[0] !== undefined && waiting[0] <= sample.receiveTime) {
      yield* flush();
      const time = waiting.shift() ?? 0;
      const lost = inputs.map((point) => lostSample(point, time));
      yield { time, say: (derivation) => derivation.onSamples(lost) };
    }
    if (batch[0] && batch[0].receiveTime !== sample.receiveTime) yield* flush();
    batch.push(sample);
  }
  yield* flush();
}

const lostSample = (point: PointId, time: number): Sample => ({
  point,
  value: null,
  quality: bad('stale'),
  sourceTime: time,
  receiveTime: time,
  flags: 0,
});

/**
 * Runs a derivation through what was recorded, on the clock of that time; calls `heard` for whatever it says.
 *
 * @param create makes it on the clock that is handed in
 */
export function replay(
  create: (clock: { readonly now: () => number; readonly monotonic: () => number }) => Derivation,
  told: Iterable<Told>,
  { from, to }: Span,
  heard: (derived: Derived, time: number) => void,
): Derivation {
  let time = from;
  const derivation = create({ now: () => time, monotonic: () => time });
  const passUntil = (end: number): void => {
    for (let due = derivation.nextDue(); due !== undefined && due <= end; due = derivation.nextDue()) {
      time = Math.max(time, due);
      heard(derivation.onTick(), time);
    }
    time = Math.max(time, end);
  };
  for (const one of told) {
    passUntil(one.time);
    const derived = one.say(derivation);
    if (derived) heard(derived, time);
  }
  passUntil(to);
  return derivation;
}
