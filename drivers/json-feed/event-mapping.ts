import { z } from 'zod';
import type { AlarmPriority } from '#agent/model/alarm.ts';
import { isToldKind, toldKinds } from '#agent/model/told-event.ts';
import type { ToldKind } from '#agent/model/told-event.ts';
import { expression, type Expression } from '#config/expression.ts';
import { toldTime } from '../locating/told-time.ts';
import { entriesOf } from './entries.ts';
import type { Received } from './fact-mapping.ts';
import { asNumber, asText, asTime } from './told-value.ts';

const priorities = ['critical', 'high', 'medium', 'low'] as const satisfies readonly AlarmPriority[];
/** As an alarm's state is called everywhere: `returned` is over and not acknowledged, `normal` is over. */
const states = ['unacknowledged', 'acknowledged', 'returned', 'normal'] as const;

/** How events are read out of a message. */
export const eventMappingSchema = z
  .strictObject({
    each: expression('The list of events; absent, the message is one event, or a list of them', 'findings').optional(),
    when: expression('Only entries for which this is true', "type == 'finding'").optional(),
    id: expression('Id of the event: one that came before is passed over. Of an alarm: names it for ever').optional(),
    kind: expression('What happened, in a word', 'code'),
    kinds: z
      .record(z.string().min(1).max(256), z.enum(toldKinds as readonly [ToldKind, ...ToldKind[]]))
      .default({})
      .meta({
        description: 'Kinds by the words of the sender; our own words stand for themselves, others are told as unknown',
        examples: [{ LEAK_01: 'leak' }],
      }),
    time: expression('When it happened: seconds or milliseconds since 1970, or a text').optional(),
    text: expression('What happened, for people').optional(),
    place: expression('Where, for people').optional(),
    zone: expression('Zone of the site').optional(),
    zones: z.record(z.string(), z.string().min(1)).optional().meta({ description: 'Zones by the words of the sender' }),
    lon: expression('Longitude, degrees, CGCS2000 or WGS84').optional(),
    lat: expression('Latitude').optional(),
    who: expression('Words in place and text that name people: one, or a list; kept as pseudonyms').optional(),
    priority: expression('How urgent the sender thinks it is').optional(),
    priorities: z
      .record(z.string().min(1).max(256), z.enum(priorities))
      .default({})
      .meta({ description: 'Priorities by the words of the sender; our own words stand for themselves' }),
    state: expression('State of an alarm that the sender keeps; with it, an entry is such an alarm').optional(),
    states: z
      .record(z.string().min(1).max(256), z.enum(states))
      .default({})
      .meta({ description: 'States by the words of the sender', examples: [{ on: 'unacknowledged', off: 'normal' }] }),
  })
  .meta({ description: 'How events and alarms of others are read out of a message' });

export type EventMapping = z.output<typeof eventMappingSchema>;

/** One event as it was read. */
export interface ToldEvent {
  readonly id?: string;
  /** As the sender says it. */
  readonly word: string;
  /** Undefined where the word means nothing here. */
  readonly kind: ToldKind | undefined;
  readonly text?: string;
  readonly place?: string;
  readonly zone?: string;
  readonly lon?: number;
  readonly lat?: number;
  readonly who: readonly string[];
  readonly priority?: AlarmPriority;
  /** Present: an alarm of the sender's. */
  readonly state?: (typeof states)[number];
  /** UTC ms. */
  readonly time: number;
  /** `clock-suspect` where the sender's time cannot be. */
  readonly flags: number;
}

export interface MappedEvents {
  readonly events: readonly ToldEvent[];
  /** Entries that were to be events and are none. */
  readonly refused: readonly string[];
}

const MOST_ENTRIES = 1000;
const LONGEST_TEXT = 1000;
const MOST_NAMES = 20;

/** Every event of a message. Throws EvaluationError where an expression meets what it cannot take. */
export function mapEvents(mapping: EventMapping, message: unknown, received: Received): MappedEvents {
  const entries = entriesOf(mapping, message);
  if (entries.length > MOST_ENTRIES)
    return { events: [], refused: [`${entries.length} events in one message; ${MOST_ENTRIES} may be`] };
  const read = entries.map((entry) => readEvent(mapping, entry, received));
  return {
    events: read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    refused: read.filter((one) => typeof one === 'string'),
  };
}

function readEvent(mapping: EventMapping, entry: unknown, { receiveTime, zone: offset }: Received): ToldEvent | string {
  const valueOf = (one: Expression | undefined): unknown => (one ? one.of(entry) : null);
  const textOf = (one: Expression | undefined): string | undefined => asText(valueOf(one));
  const word = textOf(mapping.kind);
  if (word === undefined) return `an event has no kind at ${mapping.kind.text}`;
  const id = textOf(mapping.id);
  if (mapping.id && id === undefined) return `event ${word} has no id at ${mapping.id.text}`;
  const stateWord = textOf(mapping.state);
  const state = stateWord === undefined ? undefined : wordOf(stateWord, mapping.states, states);
  if (mapping.state && state === undefined)
    return `alarm ${id ?? word} is ${JSON.stringify(stateWord ?? null)}, which stands in no table; add it to states`;
  const place = textOf(mapping.place);
  const zoneWord = textOf(mapping.zone);
  const zone = mapping.zones && zoneWord !== undefined ? wordOf<string>(zoneWord, mapping.zones, []) : zoneWord;
  // A zone that stands in no table is still a place.
  const where = place ?? (zone === undefined ? zoneWord : undefined);
  const text = cut(valueOf(mapping.text));
  const priority = wordOf(textOf(mapping.priority) ?? '', mapping.priorities, priorities);
  const { sourceTime, flags } = toldTime(asTime(valueOf(mapping.time), offset), receiveTime);
  return {
    ...(id !== undefined && { id }),
    word,
    kind: Object.hasOwn(mapping.kinds, word) ? mapping.kinds[word] : isToldKind(word) ? word : undefined,
    ...(text !== undefined && { text }),
    ...(where !== undefined && { place: where }),
    ...(zone !== undefined && { zone }),
    ...degreesOf(asNumber(valueOf(mapping.lon)), asNumber(valueOf(mapping.lat))),
    who: namesOf(valueOf(mapping.who)),
    ...(priority !== undefined && { priority }),
    ...(state !== undefined && { state }),
    time: sourceTime,
    flags,
  };
}

/** By the table, or as one of our own words. */
function wordOf<Word extends string>(
  told: string,
  table: Readonly<Record<string, Word>>,
  own: readonly Word[],
): Word | undefined {
  return Object.hasOwn(table, told) ? table[told] : own.find((word) => word === told);
}

function cut(told: unknown): string | undefined {
  if (typeof told !== 'string' || told.trim() === '') return undefined;
  return told.length > LONGEST_TEXT ? `${told.slice(0, LONGEST_TEXT)}…` : told;
}

function degreesOf(lon: number | undefined, lat: number | undefined): Pick<ToldEvent, 'lon' | 'lat'> {
  if (lon === undefined || lat === undefined || Math.abs(lon) > 180 || Math.abs(lat) > 90) return {};
  return { lon, lat };
}

const namesOf = (told: unknown): readonly string[] =>
  (Array.isArray(told) ? told : [told]).slice(0, MOST_NAMES).flatMap((one: unknown) => asText(one) ?? []);
