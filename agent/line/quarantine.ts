import type { StateChange } from '#agent/journal/state-table.ts';
import type { Gap } from '#agent/model/event.ts';
import type { Draft, JournalRecord, RecordReader } from '#agent/model/record.ts';
import type { Quarantined } from '#agent/uplink/quarantine.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';

/** Records given up that a gap tells of; one key a record and receiver. */
export const QUARANTINE_SCOPE = 'quarantine';

interface GapsOfReport {
  readonly drafts: readonly Draft[];
  readonly state: readonly StateChange[];
}

const nothing: GapsOfReport = { drafts: [], state: [] };

/**
 * Makes one gap of each record that a receiver would not take, once and for all restarts: what did not arrive is never
 * silent. A gap that is itself refused makes no further one, or a receiver that refuses everything would fill the journal.
 */
export function quarantineGaps(stored: Iterable<string>, reader: Pick<RecordReader, 'read'>) {
  const told = new Set(stored);

  return ({ receiver, quarantine }: UplinkReport): GapsOfReport => {
    const keyOf = ({ stream, seq }: Quarantined): string => `${receiver}/${stream}/${seq}`;
    const news = quarantine.filter((entry) => !told.has(keyOf(entry)));
    if (news.length === 0) return nothing;
    const drafts = news.flatMap((entry): Draft[] => {
      const stream = entry.stream === 'evidence' ? 'event' : entry.stream;
      const [record] = reader.read(stream, entry.seq - 1, 1, entry.seq + 1);
      const isOfQuarantine = record?.stream === 'gap' && record.body.reason === 'quarantined';
      return isOfQuarantine ? [] : [{ stream: 'gap', body: gapOf(receiver, entry, record) }];
    });
    const listed = new Set(quarantine.map(keyOf));
    // The uplink keeps the last thousand; what it has forgotten it never reports again.
    const forgotten = [...told].filter((key) => key.startsWith(`${receiver}/`) && !listed.has(key));
    for (const key of forgotten) told.delete(key);
    for (const entry of news) told.add(keyOf(entry));
    return {
      drafts,
      state: [
        ...news.map((entry) => ({ scope: QUARANTINE_SCOPE, key: keyOf(entry), value: entry.time })),
        ...forgotten.map((key) => ({ scope: QUARANTINE_SCOPE, key, value: undefined })),
      ],
    };
  };
}

function gapOf(receiver: string, { stream, seq, time, reason }: Quarantined, record: JournalRecord | undefined): Gap {
  const from = record?.time ?? time;
  const flags = flagsOf(record);
  // The record itself has arrived: its picture has not.
  if (stream === 'evidence') {
    const file = record?.stream === 'event' ? String(record.body.detail?.['file']) : 'the content';
    const text = `receiver ${receiver} did not take ${file} of event ${seq}: ${reason}; it is kept with the evidence`;
    return { from, to: from + 1, reason: 'quarantined', lost: 1, text, flags };
  }
  return {
    from,
    to: from + 1,
    reason: 'quarantined',
    lost: record?.stream === 'sample' ? record.body.length : 1,
    records: { stream, first: seq, last: seq },
    text: `receiver ${receiver} did not take record ${seq} of ${stream}: ${reason}; it is kept in the journal`,
    flags,
  };
}

function flagsOf(record: JournalRecord | undefined): number {
  if (record === undefined) return 0;
  if (record.stream !== 'sample') return record.body.flags ?? 0;
  return record.body.reduce((flags, sample) => flags | sample.flags, 0);
}
