import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { ProcessImage } from './process-image.ts';
import type { Area } from './register-map.ts';

/** What a request was, for the wire watch and for faults that hit a range. */
export type Request =
  | { readonly kind: 'read'; readonly area: Area; readonly first: number; readonly count: number }
  | { readonly kind: 'write' | 'identify' | 'other' };

const areaOf: Readonly<Record<number, Area>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' };
const writes = new Set([5, 6, 15, 16, 21, 22, 23]);

export const classify = (pdu: Buffer): Request => {
  const code = pdu[0] ?? 0;
  const area = areaOf[code];
  if (area && pdu.length === 5) return { kind: 'read', area, first: pdu.readUInt16BE(1), count: pdu.readUInt16BE(3) };
  if (writes.has(code)) return { kind: 'write' };
  return { kind: code === 0x2b ? 'identify' : 'other' };
};

export const exception = (pdu: Buffer, code: number): Buffer => Buffer.from([(pdu[0] ?? 0) | 0x80, code]);

/** The PDU of the answer. This device can't be written: every write function is an illegal function (01). */
export const answer = (pdu: Buffer, image: ProcessImage): Buffer => {
  const request = classify(pdu);
  if (request.kind === 'identify') return identify(pdu);
  if (request.kind !== 'read') return exception(pdu, 1);
  const isBits = request.area === 'coil' || request.area === 'discrete';
  if (request.count < 1 || request.count > (isBits ? 2000 : 125)) return exception(pdu, 3);
  const words = image.read(request.area, request.first, request.count);
  if (!words) return exception(pdu, 2);
  const data = isBits ? packBits(words) : packWords(words);
  return Buffer.concat([Buffer.from([pdu[0] ?? 0, data.length]), data]);
};

const packWords = (words: readonly number[]): Buffer => {
  const data = Buffer.alloc(words.length * 2);
  words.forEach((word, index) => data.writeUInt16BE(word, index * 2));
  return data;
};

const packBits = (bits: readonly number[]): Buffer => {
  const data = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    data[index >> 3] = (data[index >> 3] ?? 0) | (bit << (index & 7));
  });
  return data;
};

/** Device identification objects 0 to 2 (basic) and 4, 5 (regular). */
const objects: ReadonlyMap<number, string> = new Map([
  [0x00, SIMULATOR_VENDOR],
  [0x01, 'FW-SIM-PLC'],
  [0x02, '1.0'],
  [0x04, 'Simulated tank-farm PLC'],
  [0x05, 'hydrogen-peroxide-plant'],
]);

/** Read Device Identification (2B/0E), Modbus application protocol V1.1b3 §6.21. */
const identify = (pdu: Buffer): Buffer => {
  const [, type, access, first] = pdu;
  if (type !== 0x0e || access === undefined || first === undefined) return exception(pdu, 1);
  if (access < 1 || access > 4) return exception(pdu, 3);
  if (access === 4 && !objects.has(first)) return exception(pdu, 2);
  const last = access === 1 ? 2 : 5;
  // A stream that starts past the end begins again with object 0.
  const start = objects.has(first) && first <= last ? first : 0;
  const chosen = [...objects].filter(([id]) => (access === 4 ? id === first : id >= start && id <= last));
  const body = chosen.flatMap(([id, text]) => [id, text.length, ...Buffer.from(text, 'ascii')]);
  return Buffer.from([0x2b, 0x0e, access, 0x82, 0, 0, chosen.length, ...body]);
};
