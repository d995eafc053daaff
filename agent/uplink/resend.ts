import type { LaneOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import type { ResendDetail, ResendOrder } from '#agent/model/resend.ts';
import { formatCursor, parseCursor, reopen, rewind } from './cursor.ts';
import { lastByTime } from './last-by-time.ts';
import { resendItems } from './platform/resend-items.ts';

/** Texts beside the cursors under which it is sent once more, or one sentence for the person. */
export type Resent =
  | { readonly accepted: true; readonly cursors: ReadonlyMap<string, string>; readonly detail: ResendDetail }
  | { readonly accepted: false; readonly text: string };

/** More at once is a matter for `journal export`. */
const MOST_RESENT = 100_000;
const MOST_ITEMS = 1000;

type Receiver = Pick<ReceiverOptions, 'id' | 'lanes' | 'transport'>;

/** @param now UTC ms */
export function resend(reader: RecordReader, receiver: Receiver, order: ResendOrder, now: number): Resent {
  const { id, lanes, transport } = receiver;
  const stored = reader.cursors(id);
  const isPlatform = transport.kind === 'platform';
  if ('items' in order) {
    if (!isPlatform) return refused(`${id} is no platform: say which stream, and which numbers or times`);
    const { items } = order;
    if (items.length > MOST_ITEMS) return refused(`${items.length} records at once; ask for ${MOST_ITEMS} at most`);
    const cursors = resendItems(stored, (key) => items.includes(key), now);
    if (cursors.size < items.length)
      return refused(`${id} has acknowledged ${cursors.size} of these ${items.length}; registers reconcile lists them`);
    return { accepted: true, cursors, detail: { items: items.join(' ').slice(0, 1000) } };
  }
  const range = rangeOf(reader, order);
  const why = whyNotResent(reader, lanes, range);
  if (why !== undefined) return refused(why);
  const { stream, first, last } = range;
  const isPicked = (_key: string, has: { readonly stream: Stream; readonly seq: number }): boolean =>
    has.stream === stream && has.seq >= first && has.seq <= last;
  const cursor = parseCursor(stored.get(stream));
  const isForward = lanes.alarm.streams.includes(stream);
  const moved = isForward ? rewind(cursor, first - 1) : reopen(cursor, { after: first - 1, seq: last });
  const cursors = new Map([
    // A platform has one version of each id, whatever order the records had.
    ...(isPlatform ? resendItems(stored, isPicked, now) : []),
    ...(isPlatform && isForward ? [] : [[stream, formatCursor(moved)] as const]),
  ]);
  if (cursors.size === 0) return refused(`${id} has acknowledged none of these as the newest version of its id`);
  return { accepted: true, cursors, detail: range };
}

const refused = (text: string): Resent => ({ accepted: false, text });

function rangeOf(reader: RecordReader, order: Exclude<ResendOrder, { readonly items: readonly string[] }>) {
  if ('first' in order) return order;
  const { stream, from, to } = order;
  return { stream, first: lastByTime(reader, stream, from - 1) + 1, last: lastByTime(reader, stream, to - 1) };
}

/** Why these numbers can not be sent once more; undefined: they can. */
export function whyNotResent(
  reader: RecordReader,
  { alarm, live }: LaneOptions,
  { stream, first, last }: { readonly stream: Stream; readonly first: number; readonly last: number },
): string | undefined {
  if (![...alarm.streams, ...live.streams].includes(stream)) return `stream ${stream} is not sent to this receiver`;
  if (last < first) return `nothing of stream ${stream} lies there`;
  if (last > reader.head(stream)) return `stream ${stream} ends with ${reader.head(stream)}`;
  if (last < reader.tail(stream))
    return `stream ${stream} begins with ${reader.tail(stream)}: what was before has expired`;
  // Alarms keep their order: all that follows is sent again, too.
  const end = alarm.streams.includes(stream) ? reader.head(stream) : last;
  if (end - first >= MOST_RESENT) return `${end - first + 1} records at once; ask for ${MOST_RESENT} at most`;
  return undefined;
}
