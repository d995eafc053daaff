import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { notFound } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

/** Events looked through for pictures of an alarm, the newest first. */
const MOST_EVENTS = 5000;
const SHOWN = 40;

/** Pictures kept with alarms. They show people: not for everybody who may look at the site. */
export function evidenceRoutes(api: Api, { journal, evidenceDirectory }: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/evidence',
    config: { role: 'operator' },
    schema: {
      tags: ['evidence'],
      summary: 'pictures and films kept with alarms, the newest first, each with the digest that stands in the journal',
      querystring: z.strictObject({
        alarm: z.string().min(1).max(300).optional().describe('those of this alarm alone'),
        camera: z.string().min(1).max(300).optional().describe('those of this camera alone'),
      }),
    },
    handler({ query: { alarm, camera } }) {
      const head = journal.head('event');
      const records = journal.read('event', Math.max(0, head - MOST_EVENTS), MOST_EVENTS).toReversed();
      const kept = records.flatMap(({ stream, body }) =>
        stream === 'event' && body.kind === 'evidence.stored' && body.detail ? [body.detail] : [],
      );
      const isAsked = (detail: (typeof kept)[number]): boolean =>
        (alarm === undefined || detail['alarm'] === alarm) && (camera === undefined || detail['camera'] === camera);
      const pictures = kept.filter(isAsked);
      return { pictures: pictures.slice(0, SHOWN) };
    },
  });

  api.route({
    method: 'GET',
    url: '/api/evidence/:file',
    config: { role: 'operator' },
    schema: {
      tags: ['evidence'],
      summary: 'one picture, or one film',
      // Names as the evidence stage makes them: nothing that leads anywhere else.
      params: z.strictObject({ file: z.string().regex(/^[\p{L}\p{N}_-][\p{L}\p{N}_.-]{0,250}\.(jpg|ts)$/u) }),
    },
    async handler({ params: { file } }, reply) {
      if (evidenceDirectory === undefined) throw notFound('picture: this site keeps none');
      const picture = await readFile(join(evidenceDirectory, file)).catch(() => {
        throw notFound(`picture ${file}; it may have had to make room for newer ones`);
      });
      return reply.type(file.endsWith('.ts') ? 'video/mp2t' : 'image/jpeg').send(picture);
    },
  });
}
