import type { Text } from './alarm.ts';
import type { SiteEvent } from './event.ts';
import type { JournalRecord } from './record.ts';

/** What stays of an event's details without the person: where and by which rule, nothing that tells who it was. */
const harmless = ['zone', 'permit', 'violation', 'code', 'since'] as const;

/** Whether a record names a person, by whatever pseudonym or number. */
export const tellsOfPersons = ({ stream, body }: JournalRecord): boolean =>
  (stream === 'event' && typeof body.detail?.['person'] === 'string') ||
  (stream === 'register' && body.kind === 'permit' && body.people.some(({ person }) => person !== ''));

/** Whether a record was made nameless by {@link withoutPersons}, or may have been. */
export const isNameless = ({ stream, body }: JournalRecord): boolean =>
  (stream === 'event' && body.detail?.['person'] === null) ||
  (stream === 'register' && body.kind === 'permit' && body.people.every(({ person }) => person === ''));

/**
 * The record without who it was and where the person stood: what happened, when, in which zone, by which rule. One that
 * names nobody is itself.
 */
export function withoutPersons(record: JournalRecord, why: Text): JournalRecord {
  if (!tellsOfPersons(record)) return record;
  if (record.stream === 'register' && record.body.kind === 'permit')
    return { ...record, body: { ...record.body, people: record.body.people.map((one) => ({ ...one, person: '' })) } };
  if (record.stream !== 'event') return record;
  const { time, kind, source, point, detail = {}, flags } = record.body;
  const kept = harmless.flatMap((key) => (detail[key] === undefined ? [] : [[key, detail[key]] as const]));
  const body: SiteEvent = {
    time,
    kind,
    ...(source && { source }),
    ...(point && { point }),
    text: `${kind}: ${why.en}`,
    detail: { ...Object.fromEntries(kept), person: null, zh: why.zh },
    flags,
  };
  return { ...record, body };
}
