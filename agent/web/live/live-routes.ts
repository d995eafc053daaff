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
    exposeHeadRoute: false,
    config: { role: 'viewer', rateLimit: { max: 60 } },
    schema: {
      tags: ['live'],
      summary: 'server-sent events: alarm, status, overview, values',
      querystring: z.strictObject({
        points: z.string().max(60_000).default('').describe('ids whose values are wanted, separated by commas'),
        after: z.coerce.number().int().min(0).optional().describe('alarm record from which on nothing was seen'),
      }),
    },
    handler(request, reply) {
      const { points, after } = request.query;
      const ids = points === '' ? [] : points.split(',').map(pointId);
      if (ids.length > MOST_POINTS) throw new Problem(400, 'Too many points', `ask for ${MOST_POINTS} at most`);
      if (feed.isFull()) throw new Problem(503, 'Too many pages', 'close one that nobody looks at');
      const last = Number(request.headers['last-event-id'] ?? after ?? Number.NaN);
      reply.hijack();
      for (const [name, value] of Object.entries(reply.getHeaders()))
        if (value !== undefined) reply.raw.setHeader(name, value);
      feed.open(reply.raw, {
        points: ids,
        ...(Number.isSafeInteger(last) && last >= 0 && { afterSeq: last }),
        isWelcome: request.isStillWelcome,
      });
    },
  });
}
