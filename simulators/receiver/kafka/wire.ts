/** Reads Kafka's primitive types (protocol guide, "Protocol Primitive Types"), compact ones included. */
export class KafkaReader {
  #at = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    if (length < 0 || length > this.left) throw new Error(`${length} bytes are named, ${this.left} are there`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  int8 = (): number => this.take(1).readInt8();
  int16 = (): number => this.take(2).readInt16BE();
  int32 = (): number => this.take(4).readInt32BE();
  int64 = (): bigint => this.take(8).readBigInt64BE();
  uint32 = (): number => this.take(4).readUInt32BE();

  /** Base 128, least significant first. */
  unsignedVarint(): number {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1).readUInt8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return Number(value);
    }
    throw new Error('a number is too long');
  }

  /** Zigzag: 0, −1, 1, −2, … */
  varint(): number {
    const value = BigInt(this.unsignedVarint());
    return Number((value >> 1n) ^ -(value & 1n));
  }

  /** With a length of two bytes, as older requests and every header have it. */
  text(): string | undefined {
    const length = this.int16();
    return length < 0 ? undefined : this.take(length).toString();
  }

  compactText(): string | undefined {
    const length = this.unsignedVarint();
    return length === 0 ? undefined : this.take(length - 1).toString();
  }

  compactBytes(): Buffer {
    return this.take(Math.max(0, this.unsignedVarint() - 1));
  }

  compactArray<T>(read: () => T): T[] | undefined {
    const length = this.unsignedVarint();
    return length === 0 ? undefined : Array.from({ length: length - 1 }, read);
  }

  tags(): void {
    const count = this.unsignedVarint();
    for (let index = 0; index < count; index += 1) {
      this.unsignedVarint();
      this.take(this.unsignedVarint());
    }
  }
}

/** Writes them. */
export class KafkaWriter {
  readonly #pieces: Buffer[] = [];

  #add(length: number, write: (bytes: Buffer) => void): this {
    const bytes = Buffer.alloc(length);
    write(bytes);
    this.#pieces.push(bytes);
    return this;
  }

  raw(bytes: Buffer): this {
    this.#pieces.push(bytes);
    return this;
  }

  int8 = (value: number): this => this.#add(1, (bytes) => bytes.writeInt8(value));
  int16 = (value: number): this => this.#add(2, (bytes) => bytes.writeInt16BE(value));
  int32 = (value: number): this => this.#add(4, (bytes) => bytes.writeInt32BE(value));
  int64 = (value: bigint): this => this.#add(8, (bytes) => bytes.writeBigInt64BE(value));

  unsignedVarint(value: number): this {
    const bytes: number[] = [];
    let rest = value;
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.raw(Buffer.from([...bytes, rest]));
  }

  text(value: string): this {
    return this.int16(Buffer.byteLength(value)).raw(Buffer.from(value));
  }

  compactText(value: string | undefined): this {
    if (value === undefined) return this.unsignedVarint(0);
    return this.unsignedVarint(Buffer.byteLength(value) + 1).raw(Buffer.from(value));
  }

  compactArray<T>(values: readonly T[], write: (value: T) => void): this {
    this.unsignedVarint(values.length + 1);
    for (const value of values) write(value);
    return this;
  }

  /** None. */
  tags(): this {
    return this.unsignedVarint(0);
  }

  bytes(): Buffer {
    return Buffer.concat(this.#pieces);
  }
}
