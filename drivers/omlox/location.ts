import { z } from 'zod';
import { tagId } from '#agent/model/tag.ts';
import type { ToldFix } from '../locating/tag-feed.ts';
import { toldTime } from '../locating/told-time.ts';

const coordinate = z.number().refine((value) => Number.isFinite(value));

/** The parts of an omlox Location that are used. The standard lets vendors add any. */
const locationSchema = z.object({
  position: z.object({ type: z.literal('Point'), coordinates: z.array(coordinate).min(2).max(4) }),
  source: z.string(),
  provider_id: z.string().min(1),
  trackables: z.array(z.string().min(1)).max(1000).nullish(),
  timestamp_generated: z.string().nullish(),
  crs: z.string().nullish(),
  accuracy: z.number().min(0).nullish(),
  floor: z.number().nullish(),
  elevation_ref: z.string().nullish(),
});

type Location = z.output<typeof locationSchema>;

/** Geographic systems that agree within decimetres: what the rest of the agent calls wgs84. */
const geographic: ReadonlySet<string> = new Set(['EPSG:4326', 'EPSG:4490', 'EPSG:4979']);

export type TagBy = 'provider' | 'trackable';

/**
 * One fix for each tag of a location; none where tags are trackables and the location has none. Undefined when the
 * payload is no location.
 */
export function fixesOf(payload: unknown, tagBy: TagBy, receiveTime: number): ToldFix[] | undefined {
  const parsed = locationSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const location = parsed.data;
  const tags = tagBy === 'provider' ? [location.provider_id] : (location.trackables ?? []);
  const fix = placeOf(location);
  if (!fix) return undefined;
  // A hub that sends no time has just computed it.
  const generated = location.timestamp_generated;
  const times = { ...toldTime(generated == null ? undefined : Date.parse(generated), receiveTime), receiveTime };
  return tags.map((tag) => ({ tag: tagId(tag), ...fix, ...times }));
}

function placeOf({ position, source, crs, accuracy, floor, elevation_ref }: Location) {
  const [x = 0, y = 0, z] = position.coordinates;
  // Absent means local, unlike in a Fence.
  const system = crs ?? 'local';
  const isGeographic = geographic.has(system);
  if (isGeographic && (Math.abs(x) > 180 || Math.abs(y) > 90)) return undefined;
  const hasHeightAboveFloor = z !== undefined && elevation_ref !== 'wgs84';
  return {
    map: isGeographic ? 'wgs84' : system === 'local' ? source : system,
    x,
    y,
    ...(hasHeightAboveFloor && { z }),
    ...(floor != null && { floor: String(floor) }),
    ...(accuracy != null && { accuracyM: accuracy }),
  };
}

const motionSchema = z.object({ id: z.string().min(1), location: z.unknown() });

/** A TrackableMotion is a location with the trackable that moved. */
export function fixesOfMotion(payload: unknown, tagBy: TagBy, receiveTime: number): ToldFix[] | undefined {
  const parsed = motionSchema.safeParse(payload);
  if (!parsed.success) return undefined;
  const { id, location } = parsed.data;
  const [fix] = fixesOf(location, 'provider', receiveTime) ?? [];
  if (!fix) return undefined;
  return [tagBy === 'provider' ? fix : { ...fix, tag: tagId(id) }];
}
