import { z } from 'zod';
import { tagId, type TagId } from '#agent/model/tag.ts';
import type { TagClaims } from '../locating/tag-book.ts';
import type { ToldFix, ToldState } from '../locating/tag-feed.ts';
import { toldTime } from '../locating/told-time.ts';
import { expression, type Expression } from '#config/expression.ts';
import { entriesOf } from './entries.ts';
import { asNumber, asText, asTime, asTruth } from './told-value.ts';

/** How tags are read out of a message. */
export const factMappingSchema = z
  .strictObject({
    each: expression('The list of tags; absent, the message is one tag, or a list of them', 'data.tags').optional(),
    when: expression('Only entries for which this is true', "type == 'position'").optional(),
    tag: expression('Id of the tag', 'tagId'),
    x: expression('East, or longitude').optional(),
    y: expression('North, or latitude').optional(),
    z: expression('Height above the floor').optional(),
    map: expression('Map of the coordinates; wgs84 for longitude and latitude', "'hall-1'").optional(),
    floor: expression('Floor').optional(),
    scale: z
      .number()
      .positive()
      .default(1)
      .meta({ description: 'Metres for one unit of x, y, z and accuracy: 0.001 for millimetres' }),
    accuracy: expression('Radius of accuracy').optional(),
    moving: expression('The tag’s own motion sensor').optional(),
    time: expression('When it was so: seconds or milliseconds since 1970, or a text').optional(),
    battery: expression('Battery, percent').optional(),
    batteryLow: expression('Battery is low').optional(),
    sos: expression('The button was pressed', "alarm == 'sos'").optional(),
    strapCut: expression('The strap is cut').optional(),
    asleep: expression('The tag sleeps because it does not move').optional(),
    lost: expression('The system no longer hears the tag').optional(),
  })
  .meta({ description: 'How tags are read out of a message' });

export type FactMapping = z.output<typeof factMappingSchema>;

export interface MappedFacts {
  readonly heard: readonly TagId[];
  readonly fixes: readonly ToldFix[];
  readonly states: readonly ToldState[];
  /** Entries that were to be tags and are none. */
  readonly refused: readonly string[];
}

const PLAN = 'plan';
const GEOGRAPHIC = 'wgs84';

export interface Received {
  readonly receiveTime: number;
  /** Of texts of time that name none. */
  readonly zone: string | undefined;
}

/** Every tag of a message. Throws EvaluationError where an expression meets what it cannot take. */
export function mapFacts(mapping: FactMapping, message: unknown, received: Received): MappedFacts {
  const read = entriesOf(mapping, message).map((entry) => readEntry(mapping, entry, received));
  return {
    heard: read.flatMap(({ heard }) => heard ?? []),
    fixes: read.flatMap(({ fix }) => fix ?? []),
    states: read.flatMap(({ state }) => state ?? []),
    refused: read.flatMap(({ refused }) => refused ?? []),
  };
}

interface ReadEntry {
  readonly heard?: TagId;
  readonly fix?: ToldFix;
  readonly state?: ToldState;
  readonly refused?: string;
}

function readEntry(mapping: FactMapping, entry: unknown, { receiveTime, zone }: Received): ReadEntry {
  const valueOf = (one: Expression | undefined): unknown => (one ? one.of(entry) : null);
  const id = asText(mapping.tag.of(entry));
  if (id === undefined) return { refused: `an entry has no id of a tag at ${mapping.tag.text}` };
  const tag = tagId(id);
  const times = { ...toldTime(asTime(valueOf(mapping.time), zone), receiveTime), receiveTime };
  const claims = claimsOf(mapping, valueOf);
  const state = Object.keys(claims).length === 0 ? {} : { state: { tag, ...claims, ...times } };
  const [toldX, toldY] = [valueOf(mapping.x), valueOf(mapping.y)];
  // A tag without a place is heard, and tells of itself.
  if (toldX === null || toldY === null) return { ...(claims.isLost !== true && { heard: tag }), ...state };
  const place = placeOf(mapping, valueOf, toldX, toldY);
  if (typeof place === 'string') return { refused: `tag ${id}: ${place}`, ...state };
  return { fix: { tag, ...place, ...times }, ...state };
}

function placeOf(
  mapping: FactMapping,
  valueOf: (one: Expression | undefined) => unknown,
  toldX: unknown,
  toldY: unknown,
): Omit<ToldFix, 'tag' | 'sourceTime' | 'receiveTime' | 'flags'> | string {
  const map = asText(valueOf(mapping.map)) ?? PLAN;
  const isGeographic = map === GEOGRAPHIC;
  const scaled = (value: unknown, scale: number): number | undefined => {
    const number = asNumber(value);
    return number === undefined ? undefined : number * scale;
  };
  const x = scaled(toldX, isGeographic ? 1 : mapping.scale);
  const y = scaled(toldY, isGeographic ? 1 : mapping.scale);
  if (x === undefined || y === undefined) return 'its coordinates are no numbers';
  if (isGeographic && (Math.abs(x) > 180 || Math.abs(y) > 90)) return `${x}, ${y} is no place on earth`;
  const z = scaled(valueOf(mapping.z), mapping.scale);
  const floor = asText(valueOf(mapping.floor));
  const accuracyM = scaled(valueOf(mapping.accuracy), mapping.scale);
  const isMoving = asTruth(valueOf(mapping.moving));
  return {
    map,
    x,
    y,
    ...(z !== undefined && { z }),
    ...(floor !== undefined && { floor }),
    ...(accuracyM !== undefined && accuracyM >= 0 && { accuracyM }),
    ...(isMoving !== undefined && { isMoving }),
  };
}

function claimsOf(mapping: FactMapping, valueOf: (one: Expression | undefined) => unknown): TagClaims {
  const battery = asNumber(valueOf(mapping.battery));
  const truths = {
    isBatteryLow: asTruth(valueOf(mapping.batteryLow)),
    sos: asTruth(valueOf(mapping.sos)),
    isStrapCut: asTruth(valueOf(mapping.strapCut)),
    isAsleep: asTruth(valueOf(mapping.asleep)),
    isLost: asTruth(valueOf(mapping.lost)),
  };
  return {
    ...(battery !== undefined && battery >= 0 && battery <= 100 && { batteryPercent: battery }),
    ...Object.fromEntries(Object.entries(truths).filter(([, value]) => value !== undefined)),
  };
}
