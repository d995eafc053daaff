import { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const time = z.coerce.number().int().min(0).describe('UTC ms');
const MOST_POINTS = 50;

const span = { from: time, to: time };

/** What was measured: single samples for a short time, minutes and hours for a long one. */
export function historyRoutes(api: Api, { journal }: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/history',
    config: { role: 'viewer' },
    schema: {
      tags: ['history'],
      summary: 'samples by source time, a page at a time',
      querystring: z.strictObject({
        ...span,
        points: z.string().min(1).max(5000).describe('ids, separated by commas'),
        limit: z.coerce.number().int().min(1).max(20_000).default(5000),
        after: z
          .string()
          .regex(/^\d+\.-?\d+$/)
          .optional()
          .describe('`next` of the page before'),
      }),
    },
    handler({ query: { points, from, to, limit, after } }) {
      const ids = points.split(',').map(pointId);
      if (ids.length > MOST_POINTS) throw new Problem(400, 'Too many points', `ask for ${MOST_POINTS} at most`);
      const [seq, index] = (after ?? '').split('.').map(Number);
      const position = after !== undefined && seq !== undefined && index !== undefined ? { after: { seq, index } } : {};
      const page = journal.history({ points: ids, from, to, limit, ...position });
      return { samples: page.samples, next: page.next ? `${page.next.seq}.${page.next.index}` : null };
    },
  });

  api.route({
    method: 'GET',
    url: '/api/trend',
    config: { role: 'viewer' },
    schema: {
      tags: ['history'],
      summary: 'minutes or hours of one point: lowest, highest, mean of good values, and how many were not good',
      querystring: z.strictObject({
        ...span,
        point: z.string().min(1).max(300),
        resolution: z.enum(['minute', 'hour']),
      }),
    },
    handler: ({ query: { point, ...query } }) => ({ periods: journal.trend({ point: pointId(point), ...query }) }),
  });
}
