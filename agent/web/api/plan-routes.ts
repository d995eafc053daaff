import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '#agent/model/clock.ts';
import { drawingFacts, drawingTypes } from '../plan/drawing-facts.ts';
import { frameSchema, markSchema, openPlanBook } from '../plan/plan-book.ts';
import type { PlanView } from '../plan/plan-view.ts';
import { notFound, Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const LARGEST_DRAWING = 8 * 1024 * 1024;
const MOST_MARKS = 5000;
const params = z.strictObject({ plan: z.string().min(1).max(200) });

/** Plans of the site: zones by their maps, a drawing under them, and where things stand. Nobody's position is on it. */
export function planRoutes(api: Api, port: SitePort, clock: Clock): void {
  const { planDirectory: directory } = port;
  const book = openPlanBook(port, directory ?? '');
  const planOf = (id: string): PlanView => {
    const plan = book.plan(id);
    if (!plan) throw notFound(`plan ${id}`);
    return plan;
  };
  const onRecord = (who: string, action: string, what: string): void =>
    port.audit({ time: clock.now(), who, action, what });

  api.addContentTypeParser([...drawingTypes], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  api.route({
    method: 'GET',
    url: '/api/plans',
    config: { role: 'viewer' },
    schema: { tags: ['plans'], summary: 'every map and floor with its zones, drawing and marks; metres of the map' },
    handler: () => ({ plans: book.plans() }),
  });

  api.route({
    method: 'PUT',
    url: '/api/plans/:plan',
    config: { role: 'engineer' },
    schema: {
      tags: ['plans'],
      summary: 'what part of the map a plan shows, and where things stand on it',
      params,
      body: z.strictObject({
        frame: frameSchema
          .refine(({ left, right, bottom, top }) => left < right && bottom < top, 'encloses nothing')
          .optional(),
        marks: z.array(markSchema).max(MOST_MARKS).optional(),
      }),
    },
    handler({ params: { plan }, body: { frame, marks }, visitor }) {
      planOf(plan);
      book.place(plan, { ...(frame && { frame }), ...(marks && { marks }) });
      onRecord(visitor.who, 'page.plan-placed', plan);
      return planOf(plan);
    },
  });

  api.route({
    method: 'GET',
    url: '/api/plans/:plan/drawing',
    config: { role: 'viewer' },
    schema: { tags: ['plans'], summary: 'the image under a plan', params },
    async handler({ params: { plan } }, reply) {
      const { drawing } = planOf(plan);
      if (directory === undefined || !drawing) throw notFound(`drawing of plan ${plan}`);
      const bytes = await readFile(join(directory, drawing.file)).catch(() => {
        throw notFound(`file of the drawing of plan ${plan}; upload it again`);
      });
      return reply.type(drawing.type).send(bytes);
    },
  });

  api.route({
    method: 'PUT',
    url: '/api/plans/:plan/drawing',
    config: { role: 'engineer', rateLimit: { max: 30 } },
    bodyLimit: LARGEST_DRAWING,
    schema: { tags: ['plans'], summary: 'puts a PNG, JPEG or WebP image under a plan; at most 8 MiB', params },
    handler({ params: { plan }, body, visitor }) {
      planOf(plan);
      if (directory === undefined) throw new Problem(409, 'Refused', 'this site keeps no drawings');
      if (!Buffer.isBuffer(body)) throw new Problem(415, 'No image', `send ${drawingTypes.join(', ')}`);
      const drawing = drawingFacts(body);
      if (typeof drawing === 'string') throw new Problem(400, 'No drawing', drawing);
      book.setDrawing(plan, drawing, body);
      onRecord(visitor.who, 'page.plan-drawing-set', `${plan} ${drawing.sha256}`);
      return planOf(plan);
    },
  });

  api.route({
    method: 'DELETE',
    url: '/api/plans/:plan/drawing',
    config: { role: 'engineer' },
    schema: { tags: ['plans'], summary: 'takes the image from under a plan', params },
    handler({ params: { plan }, visitor }) {
      planOf(plan);
      book.removeDrawing(plan);
      onRecord(visitor.who, 'page.plan-drawing-removed', plan);
      return planOf(plan);
    },
  });
}
