import { z } from 'zod';
import type { AlarmView } from '#agent/model/alarm.ts';
import { alarmId } from '#agent/model/ids.ts';
import { notFound, Problem } from '../problem.ts';
import type { Answer, SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const why = z.string().trim().max(500);
const params = z.strictObject({ alarm: z.string().min(1).max(300) });

const listQuery = z.strictObject({
  state: z.enum(['active', 'all']).default('active').describe('active: not normal, or shelved, or out of service'),
  text: z.string().max(200).default('').describe('part of id, group, zone or message'),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
});

const rank = { critical: 0, high: 1, medium: 2, low: 3 } as const;

/** Alarms as they stand, and what people may do to them. */
export function alarmRoutes(api: Api, port: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/alarms',
    config: { role: 'viewer' },
    schema: { tags: ['alarms'], summary: 'alarms as they stand, the most urgent first', querystring: listQuery },
    handler({ query: { state, text, offset, limit } }) {
      const wanted = (state === 'all' ? port.alarms() : port.activeAlarms()).filter((view) => matches(view, text));
      const sorted = wanted.toSorted(byUrgency);
      return { total: sorted.length, alarms: sorted.slice(offset, offset + limit) };
    },
  });

  api.route({
    method: 'GET',
    url: '/api/alarms/:alarm',
    config: { role: 'viewer' },
    schema: { tags: ['alarms'], summary: 'one alarm', params },
    handler: ({ params: { alarm } }) => viewOf(alarm),
  });

  const act = (alarm: string, answer: Answer): AlarmView => {
    if (!answer.accepted) throw new Problem(409, 'Refused', answer.text);
    return viewOf(alarm);
  };

  for (const [action, summary] of [
    ['acknowledge', 'says that somebody has seen it'],
    ['reset', 'ends a latched alarm that is acknowledged and whose process is normal'],
    ['unshelve', 'takes it from the shelf'],
    ['returnToService', 'shows it again'],
  ] as const)
    api.route({
      method: 'POST',
      url: `/api/alarms/:alarm/${kebab(action)}`,
      config: { role: action === 'returnToService' ? 'engineer' : 'operator' },
      schema: { tags: ['alarms'], summary, params, body: z.strictObject({ why: why.optional() }) },
      handler: ({ params: { alarm }, body, visitor }) =>
        act(alarm, port.actions[action](existing(alarm), visitor.who, body.why)),
    });

  api.route({
    method: 'POST',
    url: '/api/alarms/:alarm/shelve',
    config: { role: 'operator' },
    schema: {
      tags: ['alarms'],
      summary: 'hides it for a time, with a reason; statutory alarms are refused',
      params,
      body: z.strictObject({
        why: why.min(1),
        forMs: z
          .number()
          .int()
          .min(60_000)
          .max(7 * 86_400_000),
        isOneShot: z.boolean().default(false),
      }),
    },
    handler: ({ params: { alarm }, body, visitor }) =>
      act(alarm, port.actions.shelve(existing(alarm), { ...body, by: visitor.who })),
  });

  api.route({
    method: 'POST',
    url: '/api/alarms/:alarm/remove-from-service',
    config: { role: 'engineer' },
    schema: {
      tags: ['alarms'],
      summary: 'hides it until it is returned to service, with a reason; statutory alarms are refused',
      params,
      body: z.strictObject({ why: why.min(1) }),
    },
    handler: ({ params: { alarm }, body, visitor }) =>
      act(alarm, port.actions.removeFromService(existing(alarm), visitor.who, body.why)),
  });

  function viewOf(alarm: string): AlarmView {
    const view = port.alarm(alarmId(alarm));
    if (!view) throw notFound(`alarm ${alarm}`);
    return view;
  }

  const existing = (alarm: string) => viewOf(alarm).definition.id;
}

/** Shown alarms before hidden ones, unacknowledged before acknowledged, then by priority, the newest first. */
const byUrgency = (a: AlarmView, b: AlarmView): number =>
  Number(a.overlay !== 'none') - Number(b.overlay !== 'none') ||
  Number(!isWaiting(a)) - Number(!isWaiting(b)) ||
  rank[a.definition.priority] - rank[b.definition.priority] ||
  (b.raisedAt ?? 0) - (a.raisedAt ?? 0);

const isWaiting = ({ state }: AlarmView): boolean =>
  state === 'unacknowledged' || state === 'returned' || state === 'latched';

function matches({ definition }: AlarmView, text: string): boolean {
  if (text === '') return true;
  const { id, group, zone, message } = definition;
  return [id, group, zone, message?.zh, message?.en].some((part) => part?.toLowerCase().includes(text.toLowerCase()));
}

const kebab = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
