import { z } from 'zod';
import type { DurableStream, JournalRecord } from '#agent/model/record.ts';
import type { Role } from '#agent/model/page.ts';
import type { SitePort } from '../site-port.ts';
import type { Api } from './api.ts';
import { recordsFor } from './privacy.ts';

const query = z.strictObject({
  before: z.coerce.number().int().min(1).optional().describe('only records below this number; default the newest'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const streams = [
  ['alarms/history', 'alarm', 'viewer', 'transitions of alarms'],
  ['events', 'event', 'viewer', 'what happened once'],
  ['gaps', 'gap', 'viewer', 'what is missing, from when to when and why'],
  ['audit', 'audit', 'engineer', 'who did what'],
] as const satisfies readonly (readonly [string, DurableStream, Role, string])[];

/** Records of the journal, the newest first, a page at a time. */
export function recordRoutes(api: Api, { journal }: SitePort): void {
  for (const [path, stream, role, summary] of streams)
    api.route({
      method: 'GET',
      url: `/api/${path}`,
      config: { role },
      schema: { tags: ['records'], summary: `${summary}, the newest first`, querystring: query },
      handler({ query: { before, limit }, visitor }) {
        const records = newestFirst(journal, stream, before ?? journal.head(stream) + 1, limit);
        const last = records.at(-1);
        return {
          records: recordsFor(visitor.role, records),
          next: last && last.seq > journal.tail(stream) ? last.seq : null,
        };
      },
    });
}

/** Numbers have no holes but for what expired, so that a page begins as far below as it is long. */
function newestFirst(
  journal: SitePort['journal'],
  stream: DurableStream,
  before: number,
  limit: number,
): readonly JournalRecord[] {
  return journal.read(stream, Math.max(0, before - 1 - limit), limit, before).toReversed();
}
