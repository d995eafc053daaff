import type { EvidenceUplinkOptions } from '#agent/model/receiver.ts';
import type { JournalRecord, RecordReader } from '#agent/model/record.ts';
import type { CursorStore } from '../cursor-store.ts';
import { NONE_SKIPPED, type Step } from '../coverage.ts';
import type { LaneSource } from '../lanes.ts';
import type { Recent } from '../recent.ts';
import { isWanted } from './evidence-part.ts';

/** Of the note beside a receiver's cursors: the event record up to which content was sent. */
export const EVIDENCE_NAME = 'evidence';

const READ_RECORDS = 64;

interface EvidenceLaneParts {
  readonly options: EvidenceUplinkOptions;
  readonly reader: RecordReader;
  readonly cursors: CursorStore;
  readonly recent: Recent;
  /** The last event record that the other box of a pair has delivered, with its pictures. */
  readonly skipThrough: number;
}

/**
 * Walks the event records that the receiver has acknowledged, so that content always follows the record that tells of
 * it; what was kept before the receiver asked for content stays here.
 */
export function createEvidenceLane({ options, reader, cursors, recent, skipThrough }: EvidenceLaneParts): LaneSource {
  const head = reader.head('event');
  let position = Math.min(Math.max(Number(cursors.noted(EVIDENCE_NAME) ?? head), skipThrough), head);
  let acknowledged = position;
  let ahead: JournalRecord[] = [];
  cursors.note(EVIDENCE_NAME, String(position));

  const stepTo = (seq: number, record?: JournalRecord): Step => {
    const span = { after: position, seq };
    position = seq;
    return { stream: 'event', span, skipped: NONE_SKIPPED, ...(record && { record, time: record.time }) };
  };

  return {
    lane: 'backfill',
    stream: 'event',
    next() {
      const through = cursors.get('event').acknowledged;
      if (position >= through) return undefined;
      if (ahead.length === 0) ahead = reader.read('event', position, READ_RECORDS, through + 1);
      const record = ahead.shift();
      if (!record) return stepTo(through);
      return stepTo(record.seq, record.stream === 'event' && isWanted(record, options) ? record : undefined);
    },
    isLast: () => false,
    arrived(span, now) {
      acknowledged = Math.max(acknowledged, span.seq);
      recent.add(span, now.monotonicMs);
      cursors.note(EVIDENCE_NAME, String(acknowledged));
    },
    restart(now) {
      // A broker that died may not have passed on what it acknowledged last.
      for (const { after } of recent.take(now.monotonicMs)) acknowledged = Math.min(acknowledged, after);
      position = acknowledged;
      ahead = [];
    },
  };
}
