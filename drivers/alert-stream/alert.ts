import { z } from 'zod';
import { readXml, textAt } from '../bounded-xml/read-xml.ts';
import type { Part } from './multipart.ts';

/** One message of the stream. */
export interface Alert {
  /** Lower case. */
  readonly type: string;
  readonly isActive: boolean;
  readonly channel: string | undefined;
  /** UTC ms by the device; undefined where it tells none. */
  readonly time: number | undefined;
}

const word = z.union([z.string(), z.number()]).transform(String);

const jsonSchema = z.object({
  eventType: z.string().min(1),
  eventState: z.string().nullish(),
  channelID: word.nullish(),
  dynChannelID: word.nullish(),
  dateTime: z.string().nullish(),
});

const FIRST_PLAUSIBLE = Date.UTC(2000, 0, 1);

/** Undefined for a part that is no message, such as a picture; null for one that should be and isn't. */
export function readAlert({ type, body }: Part): Alert | null | undefined {
  if (type.startsWith('image/') || type.startsWith('video/') || type === 'application/octet-stream') return undefined;
  const text = body.toString('utf8').trim();
  if (text === '') return undefined;
  const told = text.startsWith('{') ? fromJson(text) : fromXml(text);
  if (!told || told.type === '') return null;
  const time = Date.parse(told.time ?? '');
  return {
    type: told.type.toLowerCase().slice(0, 64),
    // A message without a state is one that happens now.
    isActive: told.state?.toLowerCase() !== 'inactive',
    channel: told.channel,
    time: time >= FIRST_PLAUSIBLE ? time : undefined,
  };
}

interface Told {
  readonly type: string;
  readonly state: string | undefined;
  readonly channel: string | undefined;
  readonly time: string | undefined;
}

function fromXml(text: string): Told | undefined {
  const root = readXml(text);
  if (root?.name !== 'EventNotificationAlert') return undefined;
  const of = (name: string): string | undefined => textAt(root, name) || undefined;
  return {
    type: of('eventType') ?? '',
    state: of('eventState'),
    channel: of('channelID') ?? of('dynChannelID') ?? of('inputIOPortID'),
    time: of('dateTime'),
  };
}

function fromJson(text: string): Told | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = jsonSchema.safeParse(json);
  if (!data) return undefined;
  return {
    type: data.eventType,
    state: data.eventState ?? undefined,
    channel: data.channelID ?? data.dynChannelID ?? undefined,
    time: data.dateTime ?? undefined,
  };
}
