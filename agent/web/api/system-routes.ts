import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const DAY_MS = 86_400_000;
const LONGEST_MS = 31 * DAY_MS;

/** The agent itself, and how good the site's alarms are. */
export function systemRoutes(api: Api, port: SitePort, clock: Clock): void {
  api.route({
    method: 'GET',
    url: '/api/system',
    config: { role: 'viewer' },
    schema: { tags: ['site'], summary: 'version, process, clock' },
    handler: () => ({
      version: port.version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      time: clock.now(),
      timezone: port.site.timezone,
      uptimeMs: Math.round(process.uptime() * 1000),
      memoryBytes: process.memoryUsage.rss(),
    }),
  });

  api.route({
    method: 'GET',
    url: '/api/alarms/figures',
    config: { role: 'viewer', rateLimit: { max: 60 } },
    schema: {
      tags: ['alarms'],
      summary: 'figures of ISA-18.2 clause 16: rate, floods, chattering, stale, top ten, priorities, acknowledgement',
      querystring: z.strictObject({
        from: z.coerce.number().int().min(0).optional().describe('UTC ms; default a day before `to`'),
        to: z.coerce.number().int().min(1).optional().describe('UTC ms; default now'),
      }),
    },
    handler({ query }) {
      const to = query.to ?? clock.now();
      const from = query.from ?? to - DAY_MS;
      if (from >= to || to - from > LONGEST_MS)
        throw new Problem(400, 'Not understood', 'from must be before to, by 31 days at most');
      return port.alarmFigures(from, to);
    },
  });
}
