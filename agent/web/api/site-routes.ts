import { z } from 'zod';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';
import { viewsFor } from './privacy.ts';

/** The site as a whole: sources, uplinks, journal, what derivations show. */
export function siteRoutes(api: Api, port: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/overview',
    config: { role: 'viewer' },
    schema: { tags: ['site'], summary: 'the site at a glance' },
    handler: () => overviewOf(port),
  });

  api.route({
    method: 'GET',
    url: '/api/sources',
    config: { role: 'viewer' },
    schema: { tags: ['site'], summary: 'connections, what they deliver and why they do not' },
    handler: () => ({ sources: port.figures().sources }),
  });

  api.route({
    method: 'GET',
    url: '/api/uplinks',
    config: { role: 'viewer' },
    schema: { tags: ['site'], summary: 'receivers: lanes, cursors, backfill, quarantine' },
    handler: () => ({ receivers: port.receivers(), uplinks: port.figures().uplinks }),
  });

  api.route({
    method: 'GET',
    url: '/api/views',
    config: { role: 'viewer' },
    schema: {
      tags: ['site'],
      summary: 'what the site derives, beyond points: people, permits, valves, by id; persons for operators only',
      querystring: z.strictObject({
        kind: z.string().max(100).optional().describe('those alone whose ids begin so: `permits`, `headcount`'),
      }),
    },
    handler: ({ visitor, query: { kind } }) => viewsFor(visitor.role, port.views(), kind),
  });

  api.route({
    method: 'GET',
    url: '/api/journal',
    config: { role: 'viewer' },
    schema: { tags: ['site'], summary: 'the local buffer: streams, size, hours, disk' },
    handler() {
      const { journal, journalHealth, lostSteps } = port.figures();
      return { journal, health: journalHealth, lostSteps };
    },
  });
}

const none = () => ({ standing: 0, unacknowledged: 0 });

/** What the overview and the live feed show each second. */
export function overviewOf(port: SitePort) {
  const { time, sources, uplinks, journal, journalHealth } = port.figures();
  const active = port.activeAlarms();
  const names = new Map(port.receivers().map(({ id, name }) => [id, name]));
  const counts = { critical: none(), high: none(), medium: none(), low: none() };
  let hidden = 0;
  for (const { definition, overlay, state } of active) {
    if (overlay !== 'none') {
      hidden += 1;
      continue;
    }
    const own = counts[definition.priority];
    own.standing += 1;
    if (state === 'unacknowledged' || state === 'latched' || state === 'returned') own.unacknowledged += 1;
  }
  return {
    time,
    site: port.site,
    isSimulated: sources.some(({ simulated }) => simulated),
    alarms: { ...counts, hidden },
    sources: sources.map(({ id, name, kind, simulated, status, points, perSecond }) => {
      const { state = 'connecting', reason = '', since = null } = status ?? {};
      return { id, name, kind, simulated, state, reason, since, points, perSecond };
    }),
    uplinks: uplinks.map(({ receiver, state, reason, lanes, backfill, quarantine }) => ({
      receiver,
      name: names.get(receiver) ?? receiver,
      state,
      reason,
      lagMs: Math.max(0, ...lanes.map(({ lagMs }) => lagMs)),
      lagRecords: lanes.reduce((sum, { lagRecords }) => sum + lagRecords, 0),
      remainingRecords: backfill.remainingRecords,
      quarantined: quarantine.length,
    })),
    journal: {
      bytes: journal.bytes,
      maxBytes: journal.maxBytes,
      samplesPerSecond: journal.samplesPerSecond,
      hoursOfBuffer: journal.hoursOfBuffer ?? null,
      disk: journalHealth.disk.trouble,
    },
  };
}
