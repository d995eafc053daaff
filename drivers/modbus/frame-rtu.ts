import { dataBytes, encodePdu, functionOf, type Request } from './request.ts';

/**
 * Modbus RTU framing, on a serial line and inside a TCP stream of a transparent serial server: unit id, PDU, CRC.
 * Silence cannot be trusted to mark the frames (USB adapters and networks hold bytes back), so a reply is found by
 * what it must look like: unit, function code and length are known from the request, and the CRC must fit.
 */
export function encodeRtu(request: Request): Buffer {
  const pdu = encodePdu(request);
  const frame = Buffer.alloc(pdu.length + 3);
  frame.writeUInt8(request.unit, 0);
  frame.set(pdu, 1);
  frame.writeUInt16LE(crc16(frame, 0, pdu.length + 1), pdu.length + 1);
  return frame;
}

export interface FoundReply {
  /** Reply PDU without unit id and CRC. */
  readonly pdu: Uint8Array;
  /** Bytes before and after it: noise, an echo of the request, frames of others, a second answer. */
  readonly foreignBytes: number;
}

/**
 * Looks for the reply to `request` anywhere in the bytes received since it was sent. An echo of the request (two-wire
 * adapters that hear themselves) and frames of other units fail the comparison and are passed over.
 */
export function findReply(request: Request, sent: Uint8Array, bytes: Buffer): FoundReply | undefined {
  const begin = startsWith(bytes, sent) ? sent.length : 0;
  for (let at = begin; at + SHORTEST_REPLY <= bytes.length; at += 1) {
    const length = replyLength(request, bytes, at);
    if (length === 0 || at + length > bytes.length) continue;
    if (crc16(bytes, at, at + length - 2) !== bytes.readUInt16LE(at + length - 2)) continue;
    return { pdu: bytes.subarray(at + 1, at + length - 2), foreignBytes: bytes.length - begin - length };
  }
  return undefined;
}

const SHORTEST_REPLY = 5;

/** Length with unit id and CRC of the reply that may begin here; 0 where none can. */
function replyLength(request: Request, bytes: Buffer, at: number): number {
  const code = bytes[at + 1];
  const expected = functionOf(request);
  if (bytes[at] !== request.unit) return 0;
  if (code === (expected | 0x80)) return SHORTEST_REPLY;
  if (code !== expected) return 0;
  if (request.kind === 'read') return bytes[at + 2] === dataBytes(request) ? 5 + dataBytes(request) : 0;
  const textLength = bytes[at + 9];
  return textLength === undefined ? 0 : 12 + textLength;
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, at) => bytes[at] === byte);
}

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16/MODBUS of bytes[from, to). On the wire the low byte comes first. */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffff;
  for (let at = from; at < to; at += 1) crc = (crc >>> 8) ^ (crcTable[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  return crc;
}
