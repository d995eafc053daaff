import type { Clock } from '#agent/model/clock.ts';
import { notFound, Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

/** Each is a good second of a core. */
const BUNDLES_A_MINUTE = 6;

/** Everything that helps to find a fault from afar, without secrets. One at a time. */
export function diagnosticsRoutes(api: Api, { site, diagnostics, audit }: SitePort, clock: Clock): void {
  let isBusy = false;

  api.route({
    method: 'GET',
    url: '/api/diagnostics',
    config: { role: 'engineer', rateLimit: { max: BUNDLES_A_MINUTE } },
    schema: {
      tags: ['site'],
      summary: 'a zip archive of log, configuration, health, metrics, journal status and facts of the box; no secrets',
    },
    async handler({ visitor }, reply) {
      if (!diagnostics) throw notFound('diagnostics bundle: this site has no configuration files');
      if (isBusy) throw new Problem(409, 'Busy', 'a bundle is being made; ask again when it is done');
      isBusy = true;
      try {
        audit({ time: clock.now(), who: visitor.who, action: 'page.diagnostics', what: site.id });
        const bundle = await diagnostics();
        const time = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
        return await reply
          .type('application/zip')
          .header('content-disposition', `attachment; filename="firewatch-diagnostics-${time}.zip"`)
          .send(Buffer.from(bundle));
      } finally {
        isBusy = false;
      }
    },
  });
}
