import type { z } from 'zod';
import { pointId } from '#agent/model/ids.ts';
import type { TripDefinition } from '#agent/model/trip.ts';
import type { Entry, Path } from '../../place.ts';
import { checkContacts } from '../check-contacts.ts';
import { checkInput } from '../derived-section.ts';
import { entrySection } from '../entry-section.ts';
import type { EntryRead } from '../entry-section.ts';
import { REPEAT_MS, sitePoints } from '../site-points.ts';
import { tripSchema } from './schema.ts';

type TripText = z.output<typeof tripSchema>;

/** `trips:` */
export const tripSection = entrySection({
  kind: 'trip',
  key: 'trips',
  noun: 'trip group',
  uniqueBecause: 'its points and its memory are named after it',
  description:
    'trips of safety systems, with first-out and sequence of events as the safety system itself recorded them',
  schema: tripSchema,
  parts: ['trip', 'trip-cause'],
  define: definitionOf,
  points: pointsOf,
  check: ({ entry, text }, known, findings) => {
    const polled = Object.entries(text.polled).map(([name, contact]): [Path, typeof contact] => [
      ['polled', name],
      contact,
    ]);
    checkContacts(entry, [[['tripped'], text.tripped], ...polled], known, findings);
    const record = text.events.flatMap((event, index) =>
      Object.entries(event).flatMap(([key, id]): [Path, string][] =>
        id === undefined ? [] : [[['events', index, key], id]],
      ),
    );
    const firstOut: readonly [Path, string][] = text.firstOut === undefined ? [] : [[['firstOut'], text.firstOut]];
    for (const [path, id] of [...firstOut, ...record])
      checkInput({ entry, path, id }, { why: 'the trip is told with it' }, known, findings);
  },
});

function definitionOf({ id, name, tripped, firstOut, events, polled, causes, settle }: TripText): TripDefinition {
  return {
    id: `trip/${id}`,
    name: name ?? id,
    tripped,
    ...(firstOut !== undefined && { firstOut: pointId(firstOut) }),
    events: events.map(({ cause, seconds, milliseconds }) => ({
      cause: pointId(cause),
      seconds: pointId(seconds),
      ...(milliseconds !== undefined && { milliseconds: pointId(milliseconds) }),
    })),
    polled: Object.entries(polled).map(([cause, contact]) => ({ ...contact, name: cause })),
    causes,
    settleMs: settle,
    tripPoint: pointId(`${id}.trip`),
    causePoint: pointId(`${id}.trip-cause`),
    repeatMs: REPEAT_MS,
  };
}

function pointsOf({ entry, text, definition }: EntryRead<TripText, TripDefinition>): readonly Entry[] {
  const { name, tripPoint, causePoint } = definition;
  const { point, claim } = sitePoints(entry, { ...text, name, safetyRole: 'sis' });
  return [
    claim('trip', tripPoint, { zh: '联锁动作', en: 'tripped', priority: 'critical' }),
    point('cause', causePoint, { kind: 'text', name: `${name} 首出原因` }),
  ];
}
