/** Bytes that grow as they are written. One writer is reused for many columns: `take()` copies what stands and empties it. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacity = 1024) {
    this.#bytes = Buffer.allocUnsafe(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** An unsigned integer up to 2^53, seven bits a byte, low bits first. */
  varint(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    const bytes = this.#bytes;
    let rest = value;
    while (rest >= 0x8000_0000) {
      bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest >= 128) {
      bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[this.#length++] = rest;
  }

  /** A signed integer within ±2^52; small magnitudes take one byte. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  byte(value: number): void {
    if (this.#length + 1 > this.#bytes.length) this.#grow(1);
    this.#bytes[this.#length++] = value;
  }

  float64(value: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow(8);
    this.#bytes.writeDoubleLE(value, this.#length);
    this.#length += 8;
  }

  raw(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) this.#grow(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Length and bytes; text that is not well-formed Unicode is kept as UTF-16, so that it comes back exactly. */
  text(value: string): void {
    const encoding = value.isWellFormed() ? 'utf8' : 'utf16le';
    const bytes = Buffer.from(value, encoding);
    this.varint(bytes.length * 2 + (encoding === 'utf8' ? 0 : 1));
    this.raw(bytes);
  }

  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  #grow(more: number): void {
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** True if zigzag() keeps the value exactly. -0 is left out: it would come back as 0. */
export const isZigzagSafe = (value: number): boolean =>
  Number.isInteger(value) && value > -0x10_0000_0000_0000 && value < 0x10_0000_0000_0000 && !Object.is(value, -0);
