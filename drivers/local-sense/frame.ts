import type { ChecksumJudge } from './checksum.ts';

/** Frame types without their high bit, which tells the width of ids. */
export const FrameType = {
  position: 0x01,
  alarm: 0x03,
  battery: 0x05,
  alarmWithPlace: 0x09,
  error: 0x19,
  login: 0x27,
  offline: 0x32,
  area: 0x33,
  geographic: 0x34,
  global: 0x35,
  longPosition: 0x41,
  longGeographic: 0x44,
  longGlobal: 0x45,
} as const;

export interface Frame {
  /** Without the high bit. */
  readonly type: number;
  /** Ids of 4 or 8 bytes; else of 2. */
  readonly isWide: boolean;
  readonly body: Buffer;
}

/** What arrived is no whole frame; the message says what is wrong with it. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

export const HEAD = 0xcc5f;
export const TAIL = 0xaabb;
const WIDE = 0x80;
/** Head 2, type 1, checksum 2, tail 2. */
const AROUND_BODY = 7;

/** One WebSocket message is one frame: head, type, body, checksum, tail. Throws {@link FrameError}. */
export function readFrame(message: Buffer, judge: ChecksumJudge): Frame {
  if (message.length < AROUND_BODY) throw new FrameError(`${message.length} bytes are too short for a frame`);
  const end = message.length - 4;
  if (message.readUInt16BE(0) !== HEAD) throw new FrameError('a frame does not begin with CC5F');
  if (message.readUInt16BE(end + 2) !== TAIL) throw new FrameError('a frame does not end with AABB');
  if (!judge.accepts(message.subarray(0, end), message.readUInt16BE(end))) {
    const rule = judge.rule ?? 'any known rule';
    throw new FrameError(`a checksum does not fit ${rule}`);
  }
  const type = message.readUInt8(2);
  return { type: type & ~WIDE, isWide: (type & WIDE) !== 0, body: message.subarray(3, end) };
}
