import type { Span } from '../parts/chart-hands.ts';
import type { Columns } from '../parts/series.ts';
import { get } from './api.ts';

export type Resolution = 'raw' | 'minute' | 'hour';

const HOUR_MS = 3_600_000;
const RAW_UP_TO_MS = 6 * HOUR_MS;
const MINUTES_UP_TO_MS = 7 * 24 * HOUR_MS;
/** What one load holds at most; the rest is for a shorter time, or for minutes. */
const MOST_SAMPLES = 2_000_000;
const PERIOD_MS = { minute: 60_000, hour: HOUR_MS } as const;

export const resolutionFor = ({ from, to }: Span): Resolution =>
  to - from <= RAW_UP_TO_MS ? 'raw' : to - from <= MINUTES_UP_TO_MS ? 'minute' : 'hour';

export interface Load {
  readonly points: readonly string[];
  readonly span: Span;
  readonly resolution: Resolution;
  readonly signal: AbortSignal;
  readonly onColumns: (point: string, columns: Columns) => void;
  /** Share 0 … 1 of what is to be loaded. */
  readonly onProgress: (share: number) => void;
}

/** Loads piece by piece. Resolves to false where there was more than fits. */
export async function loadHistory(load: Load): Promise<boolean> {
  if (load.resolution === 'raw') return loadSamples(load);
  const { points, span, resolution, signal, onColumns, onProgress } = load;
  for (const [index, point] of points.entries()) {
    const query = new URLSearchParams({ point, resolution, ...spanText(span) });
    const { periods } = await get<{ periods: readonly Period[] }>(`trend?${query.toString()}`, signal);
    onColumns(point, columnsOf(periods, PERIOD_MS[resolution]));
    onProgress((index + 1) / points.length);
  }
  return true;
}

interface Answer {
  readonly series: readonly { point: string; times: number[]; values: (number | null)[]; qualities: number[] }[];
  readonly next: string | null;
}

async function loadSamples({ points, span, signal, onColumns, onProgress }: Load): Promise<boolean> {
  let after: string | null = '';
  let count = 0;
  while (after !== null) {
    const query = new URLSearchParams({ points: points.join(','), ...spanText(span), ...(after && { after }) });
    const answer: Answer = await get<Answer>(`series?${query.toString()}`, signal);
    let latest = span.from;
    for (const { point, times, values, qualities } of answer.series) {
      onColumns(point, { times, values: values.map((value) => value ?? Number.NaN), qualities });
      latest = Math.max(latest, times.at(-1) ?? 0);
      count += times.length;
    }
    after = answer.next;
    onProgress(after === null ? 1 : Math.min(0.99, (latest - span.from) / (span.to - span.from)));
    if (count >= MOST_SAMPLES && after !== null) return false;
  }
  return true;
}

interface Period {
  readonly start: number;
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  readonly good: number;
  readonly uncertain: number;
  readonly bad: number;
}

/** A period without any sample breaks the line, as one with bad samples alone does. */
function columnsOf(periods: readonly Period[], lengthMs: number): Columns {
  const columns = { times: [], values: [], lows: [], highs: [], qualities: [] } as Record<keyof Columns, number[]>;
  const add = (time: number, values: readonly [number, number, number], quality: number): void => {
    columns.times.push(time);
    columns.values.push(values[0]);
    columns.lows.push(values[1]);
    columns.highs.push(values[2]);
    columns.qualities.push(quality);
  };
  let end: number | undefined;
  for (const { start, min, max, mean, good, uncertain, bad } of periods) {
    if (end !== undefined && start > end) add(end, [Number.NaN, Number.NaN, Number.NaN], 2);
    const quality = good === 0 || mean === undefined ? 2 : bad > 0 || uncertain > 0 ? 1 : 0;
    add(start + lengthMs / 2, [mean ?? Number.NaN, min ?? Number.NaN, max ?? Number.NaN], quality);
    end = start + lengthMs;
  }
  return columns;
}

const spanText = ({ from, to }: Span) => ({ from: String(Math.max(0, Math.floor(from))), to: String(Math.ceil(to)) });

/** Fetches the CSV, telling how far it is by the times in it. */
export async function fetchCsv({
  points,
  span,
  signal,
  onProgress,
}: Omit<Load, 'resolution' | 'onColumns'>): Promise<Blob> {
  const query = new URLSearchParams({ points: points.join(','), ...spanText(span) });
  const response = await fetch(`api/history.csv?${query.toString()}`, { signal });
  if (!response.ok || !response.body) throw new Error(response.statusText);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return new Blob(pieces, { type: 'text/csv' });
    pieces.push(value);
    const time = /,(\d{4}-\d\d-\d\dT[\d:.]+Z),/.exec(decoder.decode(value.subarray(0, 300)))?.[1];
    if (time !== undefined) onProgress(Math.min(0.99, (Date.parse(time) - span.from) / (span.to - span.from)));
  }
}
