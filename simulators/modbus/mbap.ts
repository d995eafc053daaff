/** One Modbus TCP frame without its length: transaction, unit, and the PDU (function code and data). */
export interface Frame {
  readonly transaction: number;
  readonly unit: number;
  readonly pdu: Buffer;
}

const HEADER = 7;
const LONGEST = 260;

/** Cuts whole frames from what has arrived. `rest` waits for more bytes; undefined means that this is no Modbus TCP. */
export const cutFrames = (received: Buffer): { readonly frames: Frame[]; readonly rest: Buffer } | undefined => {
  const frames: Frame[] = [];
  let at = 0;
  while (received.length - at >= HEADER) {
    const protocol = received.readUInt16BE(at + 2);
    const length = received.readUInt16BE(at + 4);
    if (protocol !== 0 || length < 2 || length + 6 > LONGEST) return undefined;
    if (received.length - at < length + 6) break;
    frames.push({
      transaction: received.readUInt16BE(at),
      unit: received.readUInt8(at + 6),
      pdu: received.subarray(at + HEADER, at + 6 + length),
    });
    at += 6 + length;
  }
  return { frames, rest: received.subarray(at) };
};

export const writeFrame = ({ transaction, unit, pdu }: Frame): Buffer => {
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(transaction & 0xffff, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(unit & 0xff, 6);
  return Buffer.concat([header, pdu]);
};
