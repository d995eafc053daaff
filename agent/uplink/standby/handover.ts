import type { ReceiverId } from '#agent/model/ids.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import { deliveredUpTo } from '../delivered.ts';
import { lastByTime } from '../last-by-time.ts';

/** What concerns the plant, which both boxes see. What people did at a box (`audit`) stays that box's to deliver. */
const SHARED: readonly Stream[] = ['alarm', 'event', 'gap', 'sample'];

/** What the box that held the lease had delivered. */
export interface Handover {
  readonly box: string;
  /** Every receiver has so much: what holds for one that is not told of by itself. */
  readonly through: Through;
  /** By receiver: one that can not be reached costs the others no repeats. */
  readonly receivers: Readonly<Record<string, Through>>;
}

/** UTC ms by stream: all that was recorded up to then has arrived. */
type Through = Readonly<Partial<Record<Stream, number>>>;

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
  const throughOf = (those: typeof receivers): Through =>
    Object.fromEntries(
      SHARED.map((stream) => {
        const last = deliveredUpTo(reader, those, stream);
        const [waiting] = last >= reader.head(stream) ? [] : reader.read(stream, last, 1);
        return [stream, waiting ? waiting.time - 1 : now];
      }),
    );
  const each = receivers.map((receiver) => [receiver.id, throughOf([receiver])] as const);
  return { box, through: throughOf(receivers), receivers: Object.fromEntries(each) };
}

/**
 * The last number of a stream that this box need not deliver to a receiver, because the other one did; 0: it delivers all.
 */
export function skippedThrough(
  reader: RecordReader,
  { stream, receiver }: { readonly stream: Stream; readonly receiver: ReceiverId },
  handover: Handover | undefined,
): number {
  if (!handover) return 0;
  const told = Object.hasOwn(handover.receivers, receiver) ? handover.receivers[receiver] : handover.through;
  const through = told?.[stream];
  if (through === undefined) return 0;
  return lastByTime(reader, stream, through - OVERLAP_MS);
}

/** Undefined where there is none, or none that can be read: then everything is delivered. */
export function parseHandover(text: string | undefined): Handover | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('box' in read) || !('through' in read)) return undefined;
    const { box, through } = read;
    const times = parseThrough(through);
    if (typeof box !== 'string' || !times) return undefined;
    // A box of an earlier release tells of all receivers together.
    const each: unknown = 'receivers' in read ? read.receivers : {};
    const receivers = Object.entries(typeof each === 'object' && each !== null ? each : {}).map(
      ([receiver, told]: [string, unknown]) => [receiver, parseThrough(told) ?? {}] as const,
    );
    return { box, through: times, receivers: Object.fromEntries(receivers) };
  } catch {
    return undefined;
  }
}

function parseThrough(told: unknown): Through | undefined {
  if (typeof told !== 'object' || told === null) return undefined;
  const times = SHARED.flatMap((stream): [Stream, number][] => {
    const time: unknown = Reflect.get(told, stream);
    return typeof time === 'number' ? [[stream, time]] : [];
  });
  return Object.fromEntries(times);
}
