import { z } from 'zod';
import type { JournalRecord, Stream } from '#agent/model/record.ts';
import { notFound } from '../problem.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';
import { recordsFor } from './privacy.ts';

const SHOWN = 5;

/** What a receiver acknowledged last, stream by stream. The audit is for those who may read it. */
export function deliveredRoutes(api: Api, { figures, journal }: SitePort): void {
  api.route({
    method: 'GET',
    url: '/api/uplinks/:receiver/delivered',
    config: { role: 'viewer' },
    schema: {
      tags: ['site'],
      summary: 'the last records that a receiver acknowledged, by stream, the newest first',
      params: z.strictObject({ receiver: z.string().min(1).max(300) }),
    },
    handler({ params: { receiver }, visitor }) {
      const uplink = figures().uplinks.find((one) => one.receiver === receiver);
      if (!uplink) throw notFound(`receiver ${receiver}`);
      const upTo = new Map<Stream, number>();
      for (const { stream, acknowledged } of uplink.lanes)
        upTo.set(stream, Math.max(acknowledged, upTo.get(stream) ?? 0));
      upTo.delete('audit');
      return {
        streams: [...upTo].map(([stream, acknowledged]) => {
          const records = journal.read(stream, Math.max(0, acknowledged - SHOWN), SHOWN, acknowledged + 1);
          return { stream, records: recordsFor(visitor.role, records).toReversed().map(shortOf) };
        }),
      };
    },
  });
}

/** In one line. */
function shortOf(record: JournalRecord): { readonly seq: number; readonly time: number; readonly what: string } {
  const { seq, time } = record;
  switch (record.stream) {
    case 'alarm':
      return { seq, time, what: `${record.body.alarm} ${record.body.event}` };
    case 'event':
      return { seq, time, what: record.body.text };
    case 'gap':
      return { seq, time, what: record.body.text };
    case 'audit':
      return { seq, time, what: `${record.body.action} ${record.body.what}` };
    case 'register': {
      const { body } = record;
      return {
        seq,
        time,
        what: `${body.kind === 'permit' ? 'permit' : body.register} ${body.id}${body.isDeleted ? ' deleted' : ''}`,
      };
    }
    case 'sample':
      return { seq, time, what: `${record.body.length} values` };
    default:
      return record satisfies never;
  }
}
