import { addSpan, boundSpans, removeSpan, type Span } from './spans.ts';

/**
 * How far a receiver has one stream. Everything up to `acknowledged` has arrived, except what lies in `holes`: those
 * are left to the backfill lane. Both change together and are stored as one text, so that a crash can't part them.
 */
export interface StreamCursor {
  readonly acknowledged: number;
  /** Ascending, apart from each other, all at or below `acknowledged`. */
  readonly holes: readonly Span[];
}

const START: StreamCursor = { acknowledged: 0, holes: [] };

/** More outages than this within one backlog cost repeats instead of memory. */
const HOLES_MAX = 64;

/** All of `span` has arrived and so has everything before it, but for the holes. */
export const advance = (cursor: StreamCursor, span: Span): StreamCursor =>
  span.seq > cursor.acknowledged ? { ...cursor, acknowledged: span.seq } : cursor;

/** The live lane goes on after `to`; what lies between becomes a hole. */
export const jump = (cursor: StreamCursor, to: number): StreamCursor =>
  to > cursor.acknowledged
    ? {
        acknowledged: to,
        holes: boundSpans(addSpan(cursor.holes, { after: cursor.acknowledged, seq: to }), HOLES_MAX),
      }
    : cursor;

/** A part of a hole has arrived. */
export const fill = (cursor: StreamCursor, span: Span): StreamCursor => ({
  ...cursor,
  holes: removeSpan(cursor.holes, span),
});

/** A part that had arrived may be lost again. What lies above `acknowledged` is sent anyway. */
export const reopen = (cursor: StreamCursor, { after, seq }: Span): StreamCursor => ({
  ...cursor,
  holes: boundSpans(addSpan(cursor.holes, { after, seq: Math.min(seq, cursor.acknowledged) }), HOLES_MAX),
});

/** Back to an earlier place: what follows is sent again, in order. */
export function rewind(cursor: StreamCursor, after: number): StreamCursor {
  if (after >= cursor.acknowledged) return cursor;
  return { acknowledged: after, holes: removeSpan(cursor.holes, { after, seq: cursor.acknowledged }) };
}

export const formatCursor = (cursor: StreamCursor): string =>
  JSON.stringify({ acknowledged: cursor.acknowledged, holes: cursor.holes.map((hole) => [hole.after, hole.seq]) });

/** A text that is no cursor means the start of the stream: records repeat rather than go missing. */
export function parseCursor(text: string | undefined): StreamCursor {
  if (text === undefined) return START;
  try {
    const stored: unknown = JSON.parse(text);
    if (!isStored(stored)) return START;
    const holes = stored.holes.reduce<Span[]>((list, [after, seq]) => addSpan(list, { after, seq }), []);
    return { acknowledged: stored.acknowledged, holes };
  } catch {
    return START;
  }
}

function isStored(value: unknown): value is { acknowledged: number; holes: [number, number][] } {
  if (typeof value !== 'object' || value === null || !('acknowledged' in value) || !('holes' in value)) return false;
  return isSeq(value.acknowledged) && Array.isArray(value.holes) && value.holes.every(isPair);
}

const isPair = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value.every(isSeq);

const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
