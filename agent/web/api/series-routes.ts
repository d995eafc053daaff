import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const MOST_POINTS = 20;
const PAGE = 20_000;

const span = z.strictObject({
  from: z.coerce.number().int().min(0).describe('UTC ms, inclusive'),
  to: z.coerce.number().int().min(0).describe('UTC ms, exclusive'),
  points: z.string().min(1).max(5000).describe('ids, separated by commas'),
});
const after = z
  .string()
  .regex(/^\d+\.-?\d+$/)
  .optional()
  .describe('`next` of the page before');

/** Samples of a few points as lines and files need them: in columns for a chart, as CSV for a spreadsheet. */
export function seriesRoutes(api: Api, { journal }: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/series',
    config: { role: 'viewer' },
    schema: {
      tags: ['history'],
      summary: 'samples in columns, a page at a time; a twentieth of what the same samples are as objects',
      querystring: span.extend({ after }),
    },
    handler({ query: { points, from, to, after: place } }) {
      const ids = idsOf(points);
      const page = journal.history({ points: ids, from, to, limit: PAGE, ...positionOf(place) });
      return { series: columnsOf(ids, page.samples), next: page.next ? `${page.next.seq}.${page.next.index}` : null };
    },
  });

  api.route({
    method: 'GET',
    url: '/api/history.csv',
    config: { role: 'viewer', rateLimit: { max: 30 } },
    schema: { tags: ['history'], summary: 'samples as CSV, in the order of arrival', querystring: span },
    handler({ query: { points, from, to } }, reply) {
      const lines = csvOf(journal, { points: idsOf(points), from, to });
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="firewatch-${from}-${to}.csv"`)
        .send(Readable.from(lines));
    },
  });
}

function idsOf(points: string): readonly PointId[] {
  const ids = points.split(',').map(pointId);
  if (ids.length > MOST_POINTS) throw new Problem(400, 'Too many points', `ask for ${MOST_POINTS} at most`);
  return ids;
}

function positionOf(place: string | undefined) {
  const [seq, index] = (place ?? '').split('.').map(Number);
  return place !== undefined && seq !== undefined && index !== undefined ? { after: { seq, index } } : {};
}

const levels = { good: 0, uncertain: 1, bad: 2 } as const;

interface Columns {
  readonly point: PointId;
  /** Source times, UTC ms. */
  readonly times: number[];
  /** Numbers; states as 0 and 1; null where there is none. */
  readonly values: (number | null)[];
  /** 0 good, 1 uncertain, 2 bad. */
  readonly qualities: number[];
}

function columnsOf(ids: readonly PointId[], samples: readonly Sample[]): readonly Columns[] {
  const columns = new Map<PointId, Columns>(
    ids.map((point) => [point, { point, times: [], values: [], qualities: [] } satisfies Columns]),
  );
  for (const { point, value, quality, sourceTime } of samples) {
    const own = columns.get(point);
    if (!own) continue;
    own.times.push(sourceTime);
    own.values.push(typeof value === 'boolean' ? Number(value) : typeof value === 'number' ? value : null);
    own.qualities.push(levels[quality.level]);
  }
  return [...columns.values()];
}

type CsvQuery = Pick<Parameters<SitePort['journal']['history']>[0], 'points' | 'from' | 'to'>;

/** With a byte order mark, by which spreadsheets know that it is UTF-8. Between two pages others have their turn. */
async function* csvOf(journal: SitePort['journal'], query: CsvQuery): AsyncGenerator<string> {
  yield '\uFEFFpoint,source time,value,quality,reason,flags\r\n';
  let place: Parameters<SitePort['journal']['history']>[0]['after'];
  for (;;) {
    const page = journal.history({ ...query, limit: PAGE, ...(place && { after: place }) });
    yield page.samples.map(lineOf).join('');
    if (!page.next) return;
    place = page.next;
    await turn();
  }
}

const lineOf = ({ point, sourceTime, value, quality, flags }: Sample): string =>
  `${cell(point)},${new Date(sourceTime).toISOString()},${cell(value ?? '')},${quality.level},${quality.reason ?? ''},${flags}\r\n`;

/** Texts are quoted, and one that a spreadsheet would take for a formula is told as text. */
function cell(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
