import { z } from 'zod';
import type { SiteEvent } from '#agent/model/event.ts';
import { toldTime } from '../locating/told-time.ts';

const fenceEventSchema = z.object({
  event_type: z.string().max(100),
  fence_id: z.string().max(200),
  foreign_id: z.string().max(200).nullish(),
  provider_id: z.string().max(200).nullish(),
  trackable_id: z.string().max(200).nullish(),
  entry_time: z.string().nullish(),
  exit_time: z.string().nullish(),
});

const words: Readonly<Record<string, 'entry' | 'exit'>> = { region_entry: 'entry', region_exit: 'exit' };

/** A tag crossed a fence of the hub's own. Undefined when the payload is no fence event. */
export function fenceEvent(payload: unknown, receiveTime: number): Omit<SiteEvent, 'flags'> | undefined {
  const parsed = fenceEventSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const { event_type, fence_id, foreign_id, provider_id, trackable_id, entry_time, exit_time } = parsed.data;
  const word = words[event_type] ?? event_type;
  const who = provider_id ?? trackable_id ?? 'something';
  const told = word === 'exit' ? exit_time : entry_time;
  return {
    time: toldTime(told == null ? undefined : Date.parse(told), receiveTime).sourceTime,
    kind: word === 'entry' || word === 'exit' ? `omlox.fence-${word}` : 'omlox.fence-event',
    text: `the hub tells ${word} of ${who} at its fence ${foreign_id ?? fence_id}`,
    who: [provider_id, trackable_id].filter((one) => one != null),
    detail: { fence: fence_id, event: event_type, provider: provider_id ?? null, trackable: trackable_id ?? null },
  };
}
