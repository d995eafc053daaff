import { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import type { Api } from '../api/api.ts';
import { Problem } from '../problem.ts';
import type { LiveFeed } from './live-feed.ts';

const MOST_POINTS = 2000;

/** `GET /api/live`: what happens, as it happens. */
export function liveRoutes(api: Api, feed: LiveFeed): void {
  api.route({
    method: 'GET',
    url: '/api/live',
    config: { role: 'viewer', rateLimit: { max: 60 } },
    schema: {
      tags: ['live'],
      summary: 'server-sent events: alarm, status, overview, values',
      querystring: z.strictObject({
        points: z.string().max(60_000).default('').describe('ids whose values are wanted, separated by commas'),
        after: z.coerce.number().int().min(0).optional().describe('alarm record from which on nothing was seen'),
      }),
    },
    handler({ query: { points, after }, headers }, reply) {
      const ids = points === '' ? [] : points.split(',').map(pointId);
      if (ids.length > MOST_POINTS) throw new Problem(400, 'Too many points', `ask for ${MOST_POINTS} at most`);
      const last = Number(headers['last-event-id'] ?? after ?? Number.NaN);
      reply.hijack();
      if (!feed.open(reply.raw, ids, Number.isInteger(last) ? last : undefined)) reply.raw.writeHead(503).end();
    },
  });
}
