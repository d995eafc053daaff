import { z } from 'zod';
import { tagId } from '#agent/model/tag.ts';
import type { ToldFix } from '../locating/tag-feed.ts';
import { toldTime } from '../locating/told-time.ts';

const MM = 1000;
const SECOND = 1000;

const millimetres = z.number().min(-1e9).max(1e9);

const messageSchema = z.object({
  tagId: z.union([z.string().min(1).max(128), z.int().transform(String)]),
  /** Seconds since 1970, with a fraction. */
  timestamp: z.number().nullish(),
  success: z.boolean(),
  data: z
    .object({
      coordinates: z.object({ x: millimetres, y: millimetres, z: millimetres.nullish() }).nullish(),
    })
    .nullish(),
});

/** One tag of a message. A tag that was heard and could not be placed has no fix. */
export type TagMessage =
  | { readonly kind: 'fix'; readonly fix: ToldFix }
  | { readonly kind: 'heard'; readonly tag: ToldFix['tag'] };

/** Undefined when the entry is none, or claims success without a place. */
export function readTag(entry: unknown, map: string, receiveTime: number): TagMessage | undefined {
  const parsed = messageSchema.safeParse(entry);
  if (!parsed.success) return undefined;
  const { timestamp, success, data } = parsed.data;
  const tag = tagId(parsed.data.tagId);
  if (!success) return { kind: 'heard', tag };
  const place = data?.coordinates;
  if (!place) return undefined;
  const told = timestamp == null ? undefined : Math.round(timestamp * SECOND);
  return {
    kind: 'fix',
    fix: {
      tag,
      map,
      x: place.x / MM,
      y: place.y / MM,
      ...(place.z != null && { z: place.z / MM }),
      ...toldTime(told, receiveTime),
      receiveTime,
    },
  };
}

/** The entries of a payload: an array, though a single object was seen too. Undefined when it is no JSON. */
export function readEntries(payload: string): readonly unknown[] | undefined {
  try {
    const json: unknown = JSON.parse(payload);
    return Array.isArray(json) ? (json as readonly unknown[]) : [json];
  } catch {
    return undefined;
  }
}
