/** CRC of Modbus over serial line V1.02, 2.5.1.2, bit by bit as the document has it. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

export interface RtuFrame {
  readonly unit: number;
  readonly pdu: Buffer;
}

export function writeRtu({ unit, pdu }: RtuFrame): Buffer {
  const body = Buffer.concat([Buffer.from([unit]), pdu]);
  const crc = crc16(body);
  return Buffer.concat([body, Buffer.from([crc & 0xff, crc >> 8])]);
}

const LONGEST = 256;

/**
 * Cuts requests from a serial stream by their length and CRC: reads are eight bytes, identification seven; what begins
 * otherwise is skipped byte by byte.
 */
export function cutRtu(received: Buffer): { readonly frames: readonly RtuFrame[]; readonly rest: Buffer } {
  const frames: RtuFrame[] = [];
  let at = 0;
  while (received.length - at >= 4) {
    const length = received[at + 1] === 0x2b ? 7 : 8;
    const frame = received.subarray(at, at + length);
    if (frame.length < length) break;
    const isWhole = crc16(frame.subarray(0, -2)) === frame.readUInt16LE(length - 2);
    if (isWhole) frames.push({ unit: frame.readUInt8(0), pdu: frame.subarray(1, -2) });
    at += isWhole ? length : 1;
  }
  return { frames, rest: received.subarray(Math.max(at, received.length - LONGEST)) };
}
