import { FrameError } from './frame.ts';
import { tagId, type TagId } from '#agent/model/tag.ts';

/** Tag ids are as wide as the hub's generation: 2 bytes, 4, or 8, which no JavaScript number holds. */
export type IdBytes = 2 | 4 | 8;

/** Reads a body from its beginning; beyond its end is a {@link FrameError}. Everything is big-endian. */
export class BodyReader {
  readonly #body: Buffer;
  #at = 0;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get rest(): number {
    return this.#body.length - this.#at;
  }

  u8(): number {
    return this.#body.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.#body.readUInt16BE(this.#take(2));
  }

  i16(): number {
    return this.#body.readInt16BE(this.#take(2));
  }

  u32(): number {
    return this.#body.readUInt32BE(this.#take(4));
  }

  i32(): number {
    return this.#body.readInt32BE(this.#take(4));
  }

  u64(): bigint {
    return this.#body.readBigUInt64BE(this.#take(8));
  }

  bytes(count: number): Buffer {
    const at = this.#take(count);
    return this.#body.subarray(at, at + count);
  }

  tag(width: IdBytes): TagId {
    if (width === 8) return tagId(this.u64().toString());
    return tagId(String(width === 4 ? this.u32() : this.u16()));
  }

  end(): void {
    if (this.rest > 0) throw new FrameError(`${this.rest} bytes are left behind the last field of a frame`);
  }

  #take(count: number): number {
    if (this.rest < count) throw new FrameError('a frame ends in the middle of a field');
    const at = this.#at;
    this.#at += count;
    return at;
  }
}

/** The width of the ids in a list of equal records; throws where the length fits none. */
export function idWidth(length: number, count: number, recordBytes: number, isWide: boolean): IdBytes {
  const widths: readonly IdBytes[] = isWide ? [8, 4] : [2];
  const fitting = widths.find((width) => length === count * (width + recordBytes));
  if (fitting) return fitting;
  throw new FrameError(`${length} bytes are not ${count} records`);
}
