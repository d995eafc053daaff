import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import { deliveredUpTo } from '../delivered.ts';

/** What concerns the plant, which both boxes see. What people did at a box (`audit`) stays that box's to deliver. */
const SHARED: readonly Stream[] = ['alarm', 'event', 'gap', 'sample'];

/** What the box that held the lease had delivered. */
export interface Handover {
  readonly box: string;
  /** UTC ms by stream: every receiver has all that was recorded up to then. */
  readonly through: Readonly<Partial<Record<Stream, number>>>;
}

/**
 * So much of what was delivered is delivered again: two boxes do not see a value at the same moment, nor are their clocks
 * quite the same. Receivers match what comes twice.
 */
const OVERLAP_MS = 10_000;

export function handoverOf(
  box: string,
  reader: RecordReader,
  receivers: readonly Pick<ReceiverOptions, 'id' | 'lanes'>[],
  now: number,
): Handover {
  const through = SHARED.map((stream): [Stream, number] => {
    const last = deliveredUpTo(reader, receivers, stream);
    if (last >= reader.head(stream)) return [stream, now];
    const [waiting] = reader.read(stream, last, 1);
    return [stream, waiting ? waiting.time - 1 : now];
  });
  return { box, through: Object.fromEntries(through) };
}

/** The last number of a stream that this box need not deliver, because the other one did; 0: it delivers all. */
export function skippedThrough(reader: RecordReader, stream: Stream, handover: Handover | undefined): number {
  const through = handover?.through[stream];
  if (through === undefined) return 0;
  const until = through - OVERLAP_MS;
  let [low, high] = [reader.tail(stream) - 1, reader.head(stream)];
  // The first record after `until` lies above `low` and at most one above `high`.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [found] = reader.read(stream, middle - 1, 1);
    if (found && found.time <= until) low = Math.max(middle, found.seq);
    else high = middle - 1;
  }
  return low;
}

/** Undefined where there is none, or none that can be read: then everything is delivered. */
export function parseHandover(text: string | undefined): Handover | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('box' in read) || !('through' in read)) return undefined;
    const { box, through } = read;
    if (typeof box !== 'string' || typeof through !== 'object' || through === null) return undefined;
    const times = SHARED.flatMap((stream): [Stream, number][] => {
      const time: unknown = Reflect.get(through, stream);
      return typeof time === 'number' ? [[stream, time]] : [];
    });
    return { box, through: Object.fromEntries(times) };
  } catch {
    return undefined;
  }
}
