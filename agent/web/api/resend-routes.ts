import { z } from 'zod';
import { receiverId } from '#agent/model/ids.ts';
import { streams } from '#agent/model/record.ts';
import { Problem } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';

const ORDERS_A_MINUTE = 12;
const stream = z.enum(streams);
const number = z.int().min(1);
const time = z.int().min(0).describe('UTC ms, of recording');

/** For a receiver that lost what it had acknowledged. */
export function resendRoutes(api: Api, { resend }: SitePort): void {
  api.route({
    method: 'POST',
    url: '/api/uplinks/:receiver/resend',
    config: { role: 'engineer', rateLimit: { max: ORDERS_A_MINUTE } },
    schema: {
      tags: ['site'],
      summary:
        'has records sent once more that the receiver acknowledged, with their ids; of alarms all that follows, too; on record',
      params: z.strictObject({ receiver: z.string().min(1).max(300) }),
      body: z.union([
        z.strictObject({ stream, first: number, last: number }).describe('by number, both inclusive'),
        z.strictObject({ stream, from: time, to: time }).describe('by time; `to` is exclusive'),
        z
          .strictObject({ items: z.array(z.string().min(1).max(300)).min(1).max(1000) })
          .describe('of a platform: message/id, as `registers reconcile` lists them'),
      ]),
    },
    handler({ params: { receiver }, body, visitor }) {
      const answer = resend(receiverId(receiver), body, visitor.who);
      if (!answer.accepted) throw new Problem(409, 'Refused', answer.text);
      return answer.detail;
    },
  });
}
