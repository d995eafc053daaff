import { describe, expect, it } from 'vitest';
import { receiverId, siteId } from '#agent/model/ids.ts';
import type { JournalRecord, Stream } from '#agent/model/record.ts';
import { quarantineGaps } from '#agent/line/quarantine.ts';
import type { Quarantined } from '#agent/uplink/quarantine.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';

const report = (...quarantine: readonly Quarantined[]): UplinkReport => ({
  receiver: receiverId('park'),
  state: 'connected',
  reason: '',
  since: 0,
  connections: 1,
  inFlight: 0,
  lanes: [],
  backfill: { remainingRecords: 0 },
  quarantine,
});

const refused = (stream: Quarantined['stream'], seq: number): Quarantined => ({
  stream,
  seq,
  time: 9000,
  reason: 'too large',
});

const journal = (...records: readonly JournalRecord[]) => ({
  read: (stream: Stream, after: number): JournalRecord[] =>
    records.filter((record) => record.stream === stream && record.seq === after + 1),
});
const audit = (seq: number): JournalRecord => ({
  stream: 'audit',
  seq,
  time: 5000,
  body: { time: 5000, who: String(siteId('x')), action: 'a', what: 'w' },
});

describe('a record that a receiver would not take', () => {
  it('is one gap that says which record, of when and why', () => {
    const gapsOf = quarantineGaps([], journal(audit(7)));
    const { drafts, state } = gapsOf(report(refused('audit', 7)));
    expect(drafts).toEqual([
      {
        stream: 'gap',
        body: {
          from: 5000,
          to: 5001,
          reason: 'quarantined',
          lost: 1,
          records: { stream: 'audit', first: 7, last: 7 },
          text: expect.stringMatching(/park .*7 of audit: too large/),
          flags: 0,
        },
      },
    ]);
    expect(state).toEqual([{ scope: 'quarantine', key: 'park/audit/7', value: 9000 }]);
    expect(gapsOf(report(refused('audit', 7))).drafts).toEqual([]);
  });

  it('is told apart from its picture, which it has taken without', () => {
    const detail = { file: 'a.jpg' };
    const body = { time: 1, kind: 'evidence.stored', text: 't', detail, flags: 1 };
    const gapsOf = quarantineGaps([], journal({ stream: 'event', seq: 4, time: 5000, body }));
    const [draft] = gapsOf(report(refused('evidence', 4))).drafts;
    expect(draft?.body).toMatchObject({
      reason: 'quarantined',
      flags: 1,
      text: expect.stringMatching(/a\.jpg of event 4/),
    });
    expect(draft?.body).not.toHaveProperty('records');
  });

  it('is not told again after a restart', () => {
    const gapsOf = quarantineGaps(['park/audit/7'], journal(audit(7), audit(8)));
    expect(gapsOf(report(refused('audit', 7), refused('audit', 8))).drafts).toMatchObject([
      { body: { records: { first: 8 } } },
    ]);
  });

  it('makes no further gap where it is such a gap itself', () => {
    const gap = { from: 1, to: 2, reason: 'quarantined', text: 't', flags: 0 } as const;
    const gapsOf = quarantineGaps([], journal({ stream: 'gap', seq: 3, time: 1, body: gap }));
    expect(gapsOf(report(refused('gap', 3)))).toMatchObject({ drafts: [], state: [{ key: 'park/gap/3' }] });
  });

  it('is forgotten once its uplink has forgotten it', () => {
    const gapsOf = quarantineGaps(['park/audit/1', 'region/audit/1'], journal(audit(2)));
    expect(gapsOf(report(refused('audit', 2))).state).toContainEqual({
      scope: 'quarantine',
      key: 'park/audit/1',
      value: undefined,
    });
    expect(gapsOf(report()).state).toEqual([]);
  });
});
