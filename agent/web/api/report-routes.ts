import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const DAY_MS = 86_400_000;
const LONGEST_MS = 32 * DAY_MS;

const span = {
  from: z.coerce.number().int().min(0).optional().describe('UTC ms; default 30 days before `to`'),
  to: z.coerce.number().int().min(1).optional().describe('UTC ms; default now'),
};

/** Reports to be printed. They are made beside the agent's own work, one at a time. */
export function reportRoutes(api: Api, port: SitePort, clock: Clock): void {
  const reportOf = ({
    from,
    to = clock.now(),
  }: {
    readonly from?: number | undefined;
    readonly to?: number | undefined;
  }) => {
    const begin = from ?? to - 30 * DAY_MS;
    if (begin >= to || to - begin > LONGEST_MS)
      throw new Problem(400, 'Not understood', 'from must be before to, by 32 days at most');
    if (!port.alarmReport) throw new Problem(503, 'Not available', 'there is no journal to report from');
    return port.alarmReport({ from: begin, to });
  };

  api.route({
    method: 'GET',
    url: '/api/alarms/report',
    config: { role: 'viewer', rateLimit: { max: 20 } },
    schema: {
      tags: ['alarms'],
      summary:
        'the alarm report of a month or less: figures by operator position against the standard, advice against chatter',
      querystring: z.strictObject(span),
    },
    handler: async ({ query }) => (await reportOf(query)).report,
  });

  api.route({
    method: 'GET',
    url: '/api/alarms/report.html',
    config: { role: 'viewer', rateLimit: { max: 20 } },
    schema: {
      tags: ['alarms'],
      summary: 'the same, as one page to be printed',
      querystring: z.strictObject({ ...span, language: z.enum(['zh', 'en']).default('zh') }),
    },
    async handler({ query: { language, ...rest } }, reply) {
      const { html } = await reportOf(rest);
      // Its style stands in the page, and nothing in it runs.
      reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
      return reply.type('text/html; charset=utf-8').serializer(String).send(html(language));
    },
  });
}
