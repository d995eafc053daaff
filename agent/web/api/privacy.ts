import type { Role } from '#agent/model/page.ts';
import type { JournalRecord } from '#agent/model/record.ts';

/** Who is where is for those who would look for them; whoever may only look is told how many. */
const mayKnowPersons = (role: Role | undefined): boolean => role !== undefined && role !== 'viewer';

/** What derivations show, without the list of persons for those who may not know them. */
export function viewsFor(
  role: Role | undefined,
  views: ReadonlyMap<string, unknown>,
  kind?: string,
): Record<string, unknown> {
  const wanted = [...views].filter(([id]) => kind === undefined || id.startsWith(`${kind}/`));
  return Object.fromEntries(
    wanted.map(([id, view]) => {
      if (mayKnowPersons(role) || !id.startsWith('headcount/') || typeof view !== 'object') return [id, view];
      return [id, { ...view, listed: undefined }];
    }),
  );
}

/** Records, without who it was and where for those who may not know. */
export function recordsFor(role: Role | undefined, records: readonly JournalRecord[]): readonly JournalRecord[] {
  if (mayKnowPersons(role)) return records;
  return records.map((record) => {
    if (record.stream !== 'event' || record.body.detail?.['person'] === undefined) return record;
    const { person: _person, lon: _lon, lat: _lat, ...detail } = record.body.detail;
    const text = record.body.text.replaceAll(String(record.body.detail['person']), '…');
    return { ...record, body: { ...record.body, text, detail } };
  });
}
