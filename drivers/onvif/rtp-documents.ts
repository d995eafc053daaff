import { gunzipSync } from 'node:zlib';
import type { MetadataMedia } from './metadata-media.ts';

/** Packets are missing, a document has no end, or what came makes no sense. */
export type Spoiled = 'incomplete' | 'too-long' | 'unreadable';

/** What can't be put together; the session has to be begun anew to know what holds. */
export class MetadataSpoiled extends Error {
  override readonly name = 'MetadataSpoiled';
  readonly how: Spoiled;

  constructor(how: Spoiled, message: string, cause?: unknown) {
    super(message, { cause });
    this.how = how;
  }
}

const FIXED_HEAD = 12;

/**
 * Puts documents together out of RTP packets (RFC 3550): pieces in order, the marker bit at the last (ONVIF Streaming
 * Specification §5.1.2.1). Holds at most one document of `maxBytes`.
 */
export class RtpDocuments {
  readonly #media: Pick<MetadataMedia, 'payloadType' | 'isGzip'>;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #size = 0;
  #next: number | undefined;

  constructor(media: Pick<MetadataMedia, 'payloadType' | 'isGzip'>, maxBytes: number) {
    this.#media = media;
    this.#maxBytes = maxBytes;
  }

  /** The document that ends with this packet. @throws MetadataSpoiled when a packet is missing, or it has no end. */
  take(packet: Buffer): string | undefined {
    const { payload, payloadType, sequence, isLast } = readPacket(packet);
    if (payloadType !== this.#media.payloadType) return undefined;
    if (this.#next !== undefined && sequence !== this.#next) {
      const missing = (sequence - this.#next + 0x1_0000) & 0xffff;
      throw new MetadataSpoiled('incomplete', `${missing} packets of the metadata are missing`);
    }
    this.#next = (sequence + 1) & 0xffff;
    this.#size += payload.length;
    if (this.#size > this.#maxBytes)
      throw new MetadataSpoiled('too-long', `a document of the metadata is longer than ${this.#maxBytes} bytes`);
    this.#pieces.push(payload);
    if (!isLast) return undefined;
    const whole = Buffer.concat(this.#pieces, this.#size);
    [this.#pieces, this.#size] = [[], 0];
    return (this.#media.isGzip ? this.#unzipped(whole) : whole).toString('utf8');
  }

  #unzipped(document: Buffer): Buffer {
    try {
      return gunzipSync(document, { maxOutputLength: this.#maxBytes });
    } catch (error) {
      throw new MetadataSpoiled('unreadable', 'a document of the metadata can not be unzipped', error);
    }
  }
}

interface RtpPacket {
  readonly payload: Buffer;
  readonly payloadType: number;
  readonly sequence: number;
  readonly isLast: boolean;
}

/** @throws MetadataSpoiled */
function readPacket(packet: Buffer): RtpPacket {
  if (packet.length < FIXED_HEAD || packet.readUInt8(0) >> 6 !== 2)
    throw new MetadataSpoiled('unreadable', 'a packet of the metadata is no RTP');
  const first = packet.readUInt8(0);
  const second = packet.readUInt8(1);
  let begin = FIXED_HEAD + 4 * (first & 0x0f);
  const hasExtension = (first & 0x10) !== 0;
  if (hasExtension) begin += begin + 4 <= packet.length ? 4 + 4 * packet.readUInt16BE(begin + 2) : packet.length;
  const hasPadding = (first & 0x20) !== 0;
  const end = packet.length - (hasPadding ? packet.readUInt8(packet.length - 1) : 0);
  if (begin > end) throw new MetadataSpoiled('unreadable', 'a packet of the metadata is shorter than it says');
  return {
    payload: packet.subarray(begin, end),
    payloadType: second & 0x7f,
    sequence: packet.readUInt16BE(2),
    isLast: (second & 0x80) !== 0,
  };
}
