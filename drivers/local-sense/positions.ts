import type { TagId } from '#agent/model/tag.ts';
import { BodyReader, idWidth } from './body-reader.ts';
import { FrameError, FrameType, type Frame } from './frame.ts';

/** In what a hub may give positions; it can send several at once for the same tag. */
export const planes = ['plan', 'geographic', 'global'] as const;
export type Plane = (typeof planes)[number];

export interface Position {
  readonly tag: TagId;
  /** Metres; degrees where geographic. */
  readonly x: number;
  readonly y: number;
  /** Metres; a geographic record has no usable one. */
  readonly z?: number;
  readonly map: number;
  readonly floor: number;
  /** 0 to 100; absent where the byte is no share. */
  readonly batteryPercent?: number;
  readonly isAsleep: boolean;
  /** As sent: UTC ms in long records, 4 bytes of unknown meaning in short ones. */
  readonly time: { readonly kind: 'ms' | 'short'; readonly value: number };
}

/** Bytes of a record without its id. */
const SHORT_RECORD = 19;
const LONG_RECORD = 31;
const CM = 100;
const GEO = 1e7;
const ASLEEP = 0x10;

const layouts: Readonly<Record<number, { readonly plane: Plane; readonly isLong: boolean }>> = {
  [FrameType.position]: { plane: 'plan', isLong: false },
  [FrameType.geographic]: { plane: 'geographic', isLong: false },
  [FrameType.global]: { plane: 'global', isLong: false },
  [FrameType.longPosition]: { plane: 'plan', isLong: true },
  [FrameType.longGeographic]: { plane: 'geographic', isLong: true },
  [FrameType.longGlobal]: { plane: 'global', isLong: true },
};

/** Which plane a frame's positions are in; undefined for a frame of another kind. */
export const planeOf = (type: number): Plane | undefined => layouts[type]?.plane;

/** Every position of a frame; throws {@link FrameError} when its length does not fit. */
export function readPositions({ type, isWide, body }: Frame): Position[] {
  const layout = layouts[type];
  if (!layout) throw new FrameError(`frame ${type} holds no positions`);
  const reader = new BodyReader(body);
  const count = reader.u8();
  const width = idWidth(reader.rest, count, layout.isLong ? LONG_RECORD : SHORT_RECORD, isWide);
  return Array.from({ length: count }, (): Position => {
    const tag = reader.tag(width);
    const scale = layout.plane === 'geographic' ? GEO : CM;
    const x = reader.i32() / scale;
    const y = reader.i32() / scale;
    const z = reader.i16() / CM;
    if (layout.plane === 'geographic' && (Math.abs(x) > 180 || Math.abs(y) > 90))
      throw new FrameError(`${x}, ${y} is no place on earth`);
    const map = layout.isLong ? reader.u16() : reader.u8();
    const battery = reader.u8();
    const isAsleep = (reader.u8() & ASLEEP) !== 0;
    const value = layout.isLong ? Number(reader.u64()) : reader.u32();
    const floor = reader.u8();
    // Positioning indication; in long records also a confidence and an area, whose units nobody tells.
    reader.bytes(layout.isLong ? 8 : 1);
    return {
      tag,
      x,
      y,
      map,
      floor,
      isAsleep,
      time: { kind: layout.isLong ? 'ms' : 'short', value },
      ...(layout.plane !== 'geographic' && { z }),
      ...(battery <= 100 && { batteryPercent: battery }),
    };
  });
}
