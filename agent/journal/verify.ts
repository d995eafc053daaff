import type { DurableStream, JournalRecord, Stream } from '#agent/model/record.ts';
import { recordChain } from './check-sum.ts';
import { isNameless } from '#agent/model/persons.ts';
import { PEOPLE_EXPIRED } from './people-retention.ts';
import { decodeRow } from './record-reader.ts';
import { toRecord } from './record-table.ts';
import { missingRanges, type SeqRange } from './seq-range.ts';
import { endsOf, type Tables } from './store.ts';
import { DURABLE_STREAMS, perStream, STREAMS, type PerStream } from './streams.ts';

/** What was found in one stream. Ranges are of sequence numbers, inclusive, ascending. */
export interface StreamVerdict {
  readonly records: number;
  readonly first: number;
  readonly last: number;
  /** Absent, and a gap record says so. */
  readonly explained: readonly SeqRange[];
  /** Absent, and no gap record says why. */
  readonly unexplained: readonly SeqRange[];
  /** There, but not what was written. */
  readonly damaged: readonly SeqRange[];
  /** Records that say what happened and no longer who it was; an event says so. */
  readonly nameless: number;
  /** Records that do not follow from the one before: something was changed, or taken out, by other hands. */
  readonly chainBreaks: readonly number[];
  /** The chain's end, hexadecimal: who keeps it elsewhere can prove later that nothing before it was changed. */
  readonly chainEnd?: string;
}

export interface Verdict {
  readonly isSound: boolean;
  /** `ok`, or SQLite's finding on the file. */
  readonly file: string;
  readonly samples: number;
  readonly streams: PerStream<StreamVerdict>;
}

const PAGE = 500;

/** Reads everything: takes about a minute for each ten gigabytes. */
export function verify(tables: Tables): Verdict {
  const file = String(tables.database.pragma('quick_check(1)', { simple: true }));
  const stated = { ...statedRanges(tables), nameless: namelessRanges(tables) };
  const samples = verifySamples(tables, stated.sample);
  const streams = perStream((stream) =>
    stream === 'sample' ? samples.verdict : verifyRecords(tables, stream, stated),
  );
  const isSound = file === 'ok' && STREAMS.every((stream) => isWhole(streams[stream]));
  return { isSound, file, samples: samples.samples, streams };
}

/** Reads one stream of records alone. */
export function verifyStream(tables: Tables, stream: DurableStream): StreamVerdict & { readonly isSound: boolean } {
  const verdict = verifyRecords(tables, stream, { ...statedRanges(tables), nameless: namelessRanges(tables) });
  return { ...verdict, isSound: isWhole(verdict) };
}

const isWhole = ({ unexplained, damaged, chainBreaks }: StreamVerdict): boolean =>
  unexplained.length + damaged.length + chainBreaks.length === 0;

/** What the journal itself says is gone, and what it says was made nameless. */
type Stated = PerStream<readonly SeqRange[]> & { readonly nameless: PerStream<readonly SeqRange[]> };

function verifyRecords(tables: Tables, stream: DurableStream, stated: Stated): StreamVerdict {
  const number = DURABLE_STREAMS.indexOf(stream);
  const present: SeqRange[] = [];
  const damaged: SeqRange[] = [];
  const chainBreaks: number[] = [];
  let chain: Buffer | undefined;
  let records = 0;
  let nameless = 0;
  let after = 0;
  for (;;) {
    const rows = tables.records.rows(stream, after, Number.MAX_SAFE_INTEGER, PAGE);
    for (const row of rows) {
      records += 1;
      present.push({ first: row.seq, last: row.seq });
      const record = toRecord(stream, row);
      if (record === undefined) damaged.push({ first: row.seq, last: row.seq });
      const expected = recordChain(chain, { stream: number, seq: row.seq, time: row.time, body: row.body });
      const isFirst = chain === undefined || row.seq !== after + 1;
      const isExcused = record !== undefined && isNameless(record) && isWithin(stated.nameless[stream], row.seq);
      if (isExcused) nameless += 1;
      if (!isFirst && !isExcused && !expected.equals(row.chain)) chainBreaks.push(row.seq);
      chain = row.chain;
      after = row.seq;
    }
    if (rows.length === 0) break;
  }
  return {
    ...completeness(tables, stream, present, stated[stream]),
    records,
    damaged,
    nameless,
    chainBreaks,
    ...(chain === undefined ? {} : { chainEnd: chain.toString('hex') }),
  };
}

function verifySamples(
  tables: Tables,
  stated: readonly SeqRange[],
): { readonly verdict: StreamVerdict; readonly samples: number } {
  const present: SeqRange[] = [];
  const damaged: SeqRange[] = [];
  let records = 0;
  let samples = 0;
  let after = 0;
  for (;;) {
    const rows = tables.blocks.rows(after, Number.MAX_SAFE_INTEGER, 16);
    for (const row of rows) {
      const { first, last } = row;
      records += last - first + 1;
      present.push({ first, last });
      const batches = decodeRow(row, tables);
      if (batches === undefined) damaged.push({ first, last });
      for (const batch of batches ?? []) samples += batch.samples.length;
      after = last;
    }
    if (rows.length === 0) break;
  }
  const verdict = {
    ...completeness(tables, 'sample', present, stated),
    records,
    damaged,
    nameless: 0,
    chainBreaks: [],
  };
  return { verdict, samples };
}

function completeness(
  tables: Tables,
  stream: Stream,
  present: readonly SeqRange[],
  stated: readonly SeqRange[],
): Pick<StreamVerdict, 'first' | 'last' | 'explained' | 'unexplained'> {
  const { first, last } = endsOf(tables, stream) ?? { first: 1, last: 0 };
  const missing = missingRanges(present, first, last);
  const isStated = (range: SeqRange): boolean => missingRanges(stated, range.first, range.last).length === 0;
  return {
    first,
    last,
    explained: missing.filter(isStated),
    unexplained: missing.filter((range) => !isStated(range)),
  };
}

/** What the stored gaps say is gone, by stream, ascending. */
function statedRanges(tables: Tables): PerStream<readonly SeqRange[]> {
  const ranges: PerStream<SeqRange[]> = perStream(() => []);
  let after = 0;
  for (;;) {
    const rows = tables.records.rows('gap', after, Number.MAX_SAFE_INTEGER, PAGE);
    for (const row of rows) {
      after = row.seq;
      const stated = rangeOf(toRecord('gap', row));
      if (stated) ranges[stated.stream].push(stated);
    }
    if (rows.length === 0) break;
  }
  for (const stream of STREAMS) ranges[stream].sort((a, b) => a.first - b.first);
  return ranges;
}

/** What stored events say was made nameless, by stream, ascending. */
function namelessRanges(tables: Tables): PerStream<readonly SeqRange[]> {
  const ranges: PerStream<SeqRange[]> = perStream(() => []);
  let after = 0;
  for (;;) {
    const rows = tables.records.rows('event', after, Number.MAX_SAFE_INTEGER, PAGE);
    for (const row of rows) {
      after = row.seq;
      const record = row.body.includes(PEOPLE_EXPIRED) ? toRecord('event', row) : undefined;
      if (record?.stream !== 'event' || record.body.kind !== PEOPLE_EXPIRED) continue;
      const { stream, first, last } = record.body.detail ?? {};
      const told = STREAMS.find((each) => each === stream);
      if (told) ranges[told].push({ first: Number(first), last: Number(last) });
    }
    if (rows.length === 0) break;
  }
  for (const stream of STREAMS) ranges[stream].sort((a, b) => a.first - b.first);
  return ranges;
}

const isWithin = (ranges: readonly SeqRange[], seq: number): boolean =>
  ranges.some(({ first, last }) => first <= seq && seq <= last);

function rangeOf(record: JournalRecord | undefined): (SeqRange & { readonly stream: Stream }) | undefined {
  if (record?.stream !== 'gap' || record.body.records === undefined) return undefined;
  const { first, last } = record.body.records;
  const stream = STREAMS.find((each) => each === record.body.records?.stream);
  return stream && { stream, first, last };
}
