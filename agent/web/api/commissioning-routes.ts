import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import { notFound, Problem } from '../problem.ts';
import type { CommissioningPort, SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const target = z.string().min(1).max(200);

const order = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('opcua'),
    url: z
      .string()
      .max(300)
      .regex(/^opc\.tcp:\/\/[^/\s@]+(?:\/[^\s@]*)?$/)
      .optional()
      .describe('a server without security'),
    source: z.string().min(1).max(100).optional().describe('connect as this source of the site does'),
    as: z.string().min(1).max(100).optional().describe('source id to write into the points'),
    filter: z.string().max(200).optional().describe('part of the path; * stands for any text'),
    rate: z.number().int().min(1).max(100).default(50).describe('requests a second, at most'),
  }),
  z.strictObject({
    kind: z.literal('modbus'),
    target: target.describe('tcp://HOST:PORT, rtu-over-tcp://HOST:PORT or a serial port'),
    source: z.string().min(1).max(100).default('SOURCE').describe('id to write into the points'),
    unit: z.number().int().min(0).max(255).default(1),
    from: z.string().max(40).default('holding:0').describe('first register: holding:0x10, modicon:40017, input:0'),
    count: z.number().int().min(1).max(2000).default(50),
    reading: z
      .string()
      .max(30)
      .regex(/^-?\d+(\.\d+)?$/)
      .optional()
      .describe('what the instrument shows now, as shown'),
  }),
  z.strictObject({ kind: z.literal('modbus-units'), target }),
  z.strictObject({ kind: z.literal('onvif'), at: z.string().max(200).optional().describe('host or host:port') }),
]);

/** Looking for what the site file could name. What is asked of the network is on record before it is asked. */
export function commissioningRoutes(api: Api, { commissioning, audit }: SitePort, clock: Clock): void {
  const port = (): CommissioningPort => {
    if (!commissioning) throw notFound('search here: this site has no configuration files');
    return commissioning;
  };

  api.route({
    method: 'POST',
    url: '/api/commissioning/search',
    config: { role: 'engineer' },
    schema: { tags: ['commissioning'], summary: 'begins a search of OPC UA, Modbus or ONVIF; reads only', body: order },
    handler({ body, visitor }) {
      if (body.kind === 'opcua' && (body.url === undefined) === (body.source === undefined))
        throw new Problem(400, 'Not understood', 'say either an address or a source of the site');
      const { kind, ...asked } = body;
      audit({
        time: clock.now(),
        who: visitor.who,
        action: 'commissioning.search',
        what: kind,
        detail: Object.fromEntries(
          Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
        ),
      });
      const answer = port().start(body);
      if (!answer.accepted) throw new Problem(409, 'Refused', answer.text);
      return { search: port().view() ?? null };
    },
  });

  api.route({
    method: 'GET',
    url: '/api/commissioning/search',
    config: { role: 'engineer' },
    schema: {
      tags: ['commissioning'],
      summary: 'how far the search is, and what it found, a page at a time',
      querystring: z.strictObject({
        text: z.string().max(200).default('').describe('part of what is shown'),
        offset: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(200),
      }),
    },
    handler({ query: { text, offset, limit } }) {
      const search = port().view() ?? null;
      const wanted = text.toLowerCase();
      const found = port()
        .found()
        .filter(({ label, detail }) => wanted === '' || `${label} ${detail}`.toLowerCase().includes(wanted));
      return { search, total: found.length, found: found.slice(offset, offset + limit) };
    },
  });

  api.route({
    method: 'DELETE',
    url: '/api/commissioning/search',
    config: { role: 'engineer' },
    schema: { tags: ['commissioning'], summary: 'cancels the search that is going on; what it found stays' },
    handler() {
      port().cancel();
      return { ok: true };
    },
  });
}
