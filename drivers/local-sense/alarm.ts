import type { TagId } from '#agent/model/tag.ts';
import { BodyReader, type IdBytes } from './body-reader.ts';
import { FrameError, FrameType, type Frame } from './frame.ts';

/** What a hub's alarm is about; a number that nobody has explained stays a number. */
type AlarmKind = 'fence' | 'sos' | 'strap-cut' | 'disappeared' | `type-${number}`;

export interface HubAlarm {
  readonly kind: AlarmKind;
  readonly tag: TagId;
  /** UTC ms as sent. */
  readonly time: number;
  readonly text: string;
}

const kinds: Readonly<Record<number, AlarmKind>> = { 1: 'fence', 2: 'sos', 3: 'strap-cut', 4: 'disappeared' };

const TEXT_BYTES = 120;
/** Type 1, time 8. */
const PLAIN_BYTES = 1 + 8 + TEXT_BYTES;
/** Type 1, time 8, fence 8, x 4, y 4, reserved 30, fence name 34, alarm 8, reserved 19, map 2, reserved 10, more 1. */
const PLACED_BYTES = 129;
const RESERVED = { beforeName: 30, beforeMap: 19, beforeMore: 10 } as const;
const NAME_BYTES = 34;
const HAS_TEXT = 2;

/** Old hubs write GB 2312, of which this is the superset. */
const chinese = new TextDecoder('gb18030');

export function readAlarm(frame: Frame): HubAlarm {
  if (frame.type === FrameType.alarm) return readPlain(frame);
  if (frame.type === FrameType.alarmWithPlace) return readPlaced(frame);
  throw new FrameError(`frame ${frame.type} is no alarm`);
}

function readPlain({ body, isWide }: Frame): HubAlarm {
  const width = widthFor(isWide, (bytes) => body.length === PLAIN_BYTES + bytes);
  const reader = new BodyReader(body);
  const { kind, tag, time } = readBegin(reader, width);
  return { kind, tag, time, text: readText(reader.bytes(TEXT_BYTES), isWide) };
}

function readPlaced({ body, isWide }: Frame): HubAlarm {
  const width = widthFor(isWide, (bytes) => fitsPlaced(body, PLACED_BYTES + bytes));
  const reader = new BodyReader(body);
  const { kind, tag, time } = readBegin(reader, width);
  reader.bytes(8 + 4 + 4 + RESERVED.beforeName);
  const name = readText(reader.bytes(NAME_BYTES), isWide);
  reader.bytes(8 + RESERVED.beforeMap + 2 + RESERVED.beforeMore);
  const text = reader.u8() === HAS_TEXT ? readText(reader.bytes(reader.u16()), isWide) : '';
  reader.end();
  return { kind, tag, time, text: [name, text].filter(Boolean).join(': ') };
}

function fitsPlaced(body: Buffer, fixed: number): boolean {
  if (body.length < fixed) return false;
  if (body[fixed - 1] !== HAS_TEXT) return body.length === fixed;
  return body.length >= fixed + 2 && body.length === fixed + 2 + body.readUInt16BE(fixed);
}

function widthFor(isWide: boolean, fits: (width: IdBytes) => boolean): IdBytes {
  const widths: readonly IdBytes[] = isWide ? [8, 4] : [2];
  const width = widths.find(fits);
  if (!width) throw new FrameError('an alarm frame has a length that no alarm has');
  return width;
}

function readBegin(reader: BodyReader, width: IdBytes) {
  const type = reader.u8();
  const tag = reader.tag(width);
  return { kind: kinds[type] ?? (`type-${type}` as const), tag, time: Number(reader.u64()) };
}

/** Padded with zeros; what is no printable text is left out. */
export function readText(bytes: Buffer, isWide: boolean): string {
  const text = isWide ? bytes.subarray(0, bytes.length & ~1).toString('utf16le') : chinese.decode(bytes);
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').trim();
}
