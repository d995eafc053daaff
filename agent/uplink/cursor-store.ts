import type { ReceiverId } from '#agent/model/ids.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import { formatCursor, parseCursor, rewind, type StreamCursor } from './cursor.ts';

/** One receiver's cursors in memory, and which of them the journal has yet to hear of. */
export interface CursorStore {
  get(stream: Stream): StreamCursor;
  update(stream: Stream, change: (cursor: StreamCursor) => StreamCursor): void;
  /** Any other text that must move together with the cursors. */
  note(name: string, text: string): void;
  noted(name: string): string | undefined;
  /** Stores what changed, in one transaction; what can't be stored is kept for the next time. */
  flush(): void;
  /** Why the last flush failed. Sending goes on: a crash would only repeat what was acknowledged meanwhile. */
  readonly fault: string | undefined;
}

export function createCursorStore(reader: RecordReader, receiver: ReceiverId): CursorStore {
  const stored = reader.cursors(receiver);
  const cursors = new Map<Stream, StreamCursor>();
  let fault: string | undefined;
  const dirty = new Map<string, string>();

  const get = (stream: Stream): StreamCursor => {
    const known = cursors.get(stream);
    if (known) return known;
    // A journal that was replaced by an older copy has fewer records than the receiver has acknowledged.
    const cursor = rewind(parseCursor(stored.get(stream)), reader.head(stream));
    cursors.set(stream, cursor);
    return cursor;
  };

  return {
    get,
    update(stream, change) {
      const before = get(stream);
      const after = change(before);
      if (after === before) return;
      cursors.set(stream, after);
      dirty.set(stream, formatCursor(after));
    },
    note: (name, text) => void dirty.set(name, text),
    noted: (name) => dirty.get(name) ?? stored.get(name),
    flush() {
      if (dirty.size === 0) return;
      try {
        reader.setCursors(receiver, new Map(dirty));
        dirty.clear();
        fault = undefined;
      } catch (error) {
        fault = `store the cursors of ${receiver}: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    get fault() {
      return fault;
    },
  };
}
