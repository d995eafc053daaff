import type { JournalRecord, RecordReader, Stream } from '#agent/model/record.ts';
import { NONE_SKIPPED, type Step } from './coverage.ts';
import type { Selection } from './select/selection.ts';

/** Reads one stream forward, a few records ahead. */
export interface Feed {
  /**
   * The next step after `after`, within `through` where given. Undefined: nothing there yet. A step without a record
   * says that the numbers up to its end are expired or not wanted.
   */
  next(after: number, through?: number): Step | undefined;
}

export interface FeedOptions {
  readonly selection: Selection;
  /** Numbers up to this are told as filtered, and not read. */
  readonly skipThrough: number;
}

export function createFeed(reader: RecordReader, stream: Stream, { selection, skipThrough }: FeedOptions): Feed {
  // Sample records are large and few, the others small and many.
  const batch = stream === 'sample' ? 4 : 64;
  let ahead: JournalRecord[] = [];
  let aheadOf = -1;

  const peek = (after: number, through: number | undefined): JournalRecord | undefined => {
    if (aheadOf !== after) selection.restart(after);
    if (aheadOf !== after || ahead.length === 0) {
      // Asked after each acknowledgement, and mostly there is nothing new: the head is known without the disk.
      const isNews = reader.head(stream) > after;
      ahead = isNews ? reader.read(stream, after, batch, through === undefined ? undefined : through + 1) : [];
      aheadOf = after;
    }
    const record = ahead[0];
    return record && (through === undefined || record.seq <= through) ? record : undefined;
  };

  return {
    next(after, through = Infinity) {
      const skipped = Math.min(skipThrough, through) - after;
      if (skipped > 0)
        return { stream, span: { after, seq: after + skipped }, skipped: { ...NONE_SKIPPED, filtered: skipped } };
      return read(after, through === Infinity ? undefined : through);
    },
  };

  function read(after: number, through: number | undefined): Step | undefined {
    const record = peek(after, through);
    if (!record) return expired(reader, stream, after, through);
    ahead.shift();
    aheadOf = record.seq;
    const skipped = { ...NONE_SKIPPED, expired: record.seq - after - 1 };
    const span = { after, seq: record.seq };
    const wanted = selection.select(record);
    if (wanted) return { stream, span, time: record.time, skipped, record: wanted };
    return { stream, span, time: record.time, skipped: { ...skipped, filtered: 1 } };
  }
}

function expired(
  reader: RecordReader,
  stream: Stream,
  after: number,
  through: number = reader.head(stream),
): Step | undefined {
  if (through <= after) return undefined;
  return { stream, span: { after, seq: through }, skipped: { ...NONE_SKIPPED, expired: through - after } };
}
