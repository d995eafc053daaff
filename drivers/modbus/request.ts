import type { Area } from './value-type.ts';

/**
 * Everything this driver can ask of a device. There is no other request type and no encoder for one: a function code
 * that writes cannot be said.
 */
export type Request = ReadRequest | IdentifyRequest;

export interface ReadRequest {
  readonly kind: 'read';
  readonly unit: number;
  readonly area: Area;
  /** First register or bit, 0 to 65535. */
  readonly start: number;
  /** Registers (at most 125) or bits (at most 2000). */
  readonly count: number;
}

/** Read device identification, one object (function code 0x2B, MEI type 0x0E, access code 04). */
interface IdentifyRequest {
  readonly kind: 'identify';
  readonly unit: number;
  /** 0 VendorName, 1 ProductCode, 2 MajorMinorRevision. */
  readonly object: number;
}

/** Largest counts of the protocol (MODBUS Application Protocol V1.1b3, 6.1 to 6.4). Devices often allow less. */
export const PROTOCOL_MAX_REGISTERS = 125;
export const PROTOCOL_MAX_BITS = 2000;

const readFunction: Readonly<Record<Area, 1 | 2 | 3 | 4>> = { coil: 1, discrete: 2, holding: 3, input: 4 };
const IDENTIFY = 0x2b;
const MEI_DEVICE_IDENTIFICATION = 0x0e;
const INDIVIDUAL_ACCESS = 0x04;

export type FunctionCode = 1 | 2 | 3 | 4 | 0x2b;

export const functionOf = (request: Request): FunctionCode =>
  request.kind === 'read' ? readFunction[request.area] : IDENTIFY;

export function encodePdu(request: Request): Buffer {
  if (request.kind === 'identify')
    return Buffer.from([IDENTIFY, MEI_DEVICE_IDENTIFICATION, INDIVIDUAL_ACCESS, request.object]);
  const pdu = Buffer.alloc(5);
  pdu.writeUInt8(readFunction[request.area], 0);
  pdu.writeUInt16BE(request.start, 1);
  pdu.writeUInt16BE(request.count, 3);
  return pdu;
}

/** Bytes of data in the reply to a read. */
export const dataBytes = (request: ReadRequest): number =>
  request.area === 'coil' || request.area === 'discrete' ? Math.ceil(request.count / 8) : request.count * 2;

export type Reply =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'exception'; readonly code: number }
  /** Not the answer to this request; says what it was. */
  | { readonly kind: 'mismatch'; readonly found: string };

/** Judges a reply PDU (without unit id) against the request. Everything that could tell them apart is compared. */
export function parseReply(request: Request, pdu: Uint8Array): Reply {
  const expected = functionOf(request);
  const code = pdu[0] ?? 0;
  if (code === (expected | 0x80) && pdu.length === 2) return { kind: 'exception', code: pdu[1] ?? 0 };
  if (code !== expected) return { kind: 'mismatch', found: `function code ${code} where ${expected} was asked` };
  return request.kind === 'read' ? parseData(request, pdu) : parseIdentification(request, pdu);
}

function parseData(request: ReadRequest, pdu: Uint8Array): Reply {
  const bytes = dataBytes(request);
  if (pdu[1] === bytes && pdu.length === 2 + bytes) return { kind: 'data', data: pdu.subarray(2) };
  return { kind: 'mismatch', found: `${pdu.length - 2} bytes of data where ${bytes} were asked` };
}

/** Function, MEI type, access code, conformity, more follows, next object, number of objects, then id, length, text. */
function parseIdentification(request: IdentifyRequest, pdu: Uint8Array): Reply {
  const length = pdu[8] ?? 0;
  const isAnswer = pdu[1] === MEI_DEVICE_IDENTIFICATION && pdu[6] === 1 && pdu[7] === request.object;
  if (isAnswer && pdu.length === 9 + length) return { kind: 'data', data: pdu.subarray(9) };
  return { kind: 'mismatch', found: `another identification than object ${request.object}` };
}

const exceptionNames: Readonly<Record<number, string>> = {
  0: 'no reply, while it answers other requests',
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledged, still working',
  6: 'device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target did not answer',
};

export const exceptionName = (code: number): string => exceptionNames[code] ?? `exception ${code}`;

/** `holding registers 0x10–0x19 of unit 3`, for messages. */
export function describe(request: Request): string {
  if (request.kind === 'identify') return `identification of unit ${request.unit}`;
  const { area, start, count, unit } = request;
  const what = { coil: 'coils', discrete: 'discrete inputs', input: 'input registers', holding: 'holding registers' };
  const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
  return `${what[area]} ${hex(start)}${count > 1 ? `–${hex(start + count - 1)}` : ''} of unit ${unit}`;
}
