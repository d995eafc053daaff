import type { TagId } from '#agent/model/tag.ts';
import { BodyReader, idWidth, type IdBytes } from './body-reader.ts';
import { readText } from './alarm.ts';
import { FrameError, type Frame } from './frame.ts';

export interface Battery {
  readonly tag: TagId;
  /** 0 to 100; absent where the byte is no share. */
  readonly percent?: number;
}

/** Share 1, charging 1. */
const BATTERY_RECORD = 2;

export function readBatteries({ body, isWide }: Frame): Battery[] {
  const reader = new BodyReader(body);
  const count = reader.u8();
  const width = idWidth(reader.rest, count, BATTERY_RECORD, isWide);
  return Array.from({ length: count }, (): Battery => {
    const tag = reader.tag(width);
    const percent = reader.u8();
    reader.u8();
    return { tag, ...(percent <= 100 && { percent }) };
  });
}

/** Tags that the hub no longer hears: all of them, each time. */
export function readOffline({ body, isWide }: Frame): TagId[] {
  const reader = new BodyReader(body);
  const count = reader.u16();
  const width = idWidth(reader.rest, count, 0, isWide);
  return Array.from({ length: count }, () => reader.tag(width));
}

/** A tag went into or out of an area of the hub's own. */
export interface AreaChange {
  readonly tag: TagId;
  readonly area: string;
  /** As sent; which number means "in" differs in what is known, so nothing is built on it. */
  readonly status: number;
  /** UTC ms as sent. */
  readonly time: number;
}

export function readArea({ body, isWide }: Frame): AreaChange {
  for (const width of (isWide ? [8, 4] : [4, 2]) satisfies IdBytes[]) {
    const change = tryArea(body, width, isWide);
    if (change) return change;
  }
  throw new FrameError('an area frame has a length that none has');
}

function tryArea(body: Buffer, width: IdBytes, isWide: boolean): AreaChange | undefined {
  try {
    const reader = new BodyReader(body);
    const tag = reader.tag(width);
    reader.bytes(reader.u16());
    const areaId = reader.u64();
    const area = readText(reader.bytes(reader.u16()), isWide) || areaId.toString();
    reader.u16();
    reader.bytes(reader.u16());
    const status = reader.u8();
    const time = Number(reader.u64());
    reader.end();
    return { tag, area, status, time };
  } catch (error) {
    if (error instanceof FrameError) return undefined;
    throw error;
  }
}

/** The hub says that something went wrong, a refused login for instance. */
export function readError({ body }: Frame): string {
  const reader = new BodyReader(body);
  const code = reader.u32();
  return `error ${code} ${readText(reader.bytes(reader.u32()), true)}`.trim();
}
