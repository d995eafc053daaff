/**
 * Modbus TCP framing: transaction id, protocol id (always 0), length of what follows, unit id, PDU. All big-endian.
 * There is no checksum, so a stream that has lost its step can only be closed.
 */
export interface TcpFrame {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Uint8Array;
}

const HEADER = 7;
const LONGEST_PDU = 253;

/** Thrown when the bytes can't be Modbus TCP; nothing after them can be trusted. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

export function encodeTcp(transaction: number, unit: number, pdu: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEADER + pdu.length);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(pdu.length + 1, 4);
  frame.writeUInt8(unit, 6);
  frame.set(pdu, HEADER);
  return frame;
}

/**
 * Cuts a byte stream into frames, whatever the segments.
 */
export class TcpFrameReader {
  #pending: Buffer = Buffer.alloc(0);

  /** The frames completed by these bytes. A rest stays for the next call; {@link hasRest} tells. */
  push(bytes: Buffer): TcpFrame[] {
    const buffer = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    const frames: TcpFrame[] = [];
    let at = 0;
    while (at + HEADER <= buffer.length) {
      const protocol = buffer.readUInt16BE(at + 2);
      const length = buffer.readUInt16BE(at + 4);
      if (protocol !== 0 || length < 2 || length > LONGEST_PDU + 1)
        throw new FramingError(`bytes that are no Modbus TCP (protocol id ${protocol}, length ${length})`);
      const end = at + HEADER - 1 + length;
      if (end > buffer.length) break;
      frames.push({
        transaction: buffer.readUInt16BE(at),
        unit: buffer.readUInt8(at + 6),
        pdu: buffer.subarray(at + HEADER, end),
      });
      at = end;
    }
    this.#pending = buffer.subarray(at);
    return frames;
  }

  /** True while bytes of an unfinished frame wait. */
  get hasRest(): boolean {
    return this.#pending.length > 0;
  }
}
