import type { Happening, Report } from './crowd.ts';
import { geographic, type FloorPlan } from './floor-plan.ts';

/** Bytes of a tag id: 2 in frames of the old kind, else 4 or 8. */
export type IdBytes = 2 | 4 | 8;

const WIDE = 0x80;

/** CRC-16/MODBUS bit by bit, over everything behind the head. */
function crc(bytes: Buffer): number {
  let sum = 0xffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum % 2 === 1 ? Math.floor(sum / 2) ^ 0xa001 : Math.floor(sum / 2);
  }
  return sum;
}

/** CC 5F, type, body, checksum, AA BB. */
function localSenseFrame(type: number, body: Buffer): Buffer {
  const checked = Buffer.concat([Buffer.from([type]), body]);
  const sum = crc(checked);
  return Buffer.concat([
    Buffer.from([0xcc, 0x5f]),
    checked,
    Buffer.from([Math.floor(sum / 256), sum % 256, 0xaa, 0xbb]),
  ]);
}

function id(tag: bigint, width: IdBytes): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(tag);
  return bytes.subarray(8 - width);
}

const high = (type: number, width: IdBytes): number => (width === 2 ? type : type + WIDE);

function coordinates(first: number, second: number, third: number): Buffer {
  const bytes = Buffer.alloc(10);
  bytes.writeInt32BE(Math.round(first), 0);
  bytes.writeInt32BE(Math.round(second), 4);
  bytes.writeInt16BE(Math.round(third), 8);
  return bytes;
}

export interface FrameStyle {
  readonly width: IdBytes;
  /** Long records: map of two bytes, time of eight. */
  readonly isLong: boolean;
  /** Longitude and latitude instead of centimetres. */
  readonly isGeographic?: boolean;
}

export function positionFrame(reports: readonly Report[], plan: FloorPlan, style: FrameStyle): Buffer {
  const records = reports.map((report) => record(report, plan, style));
  const type = style.isGeographic ? (style.isLong ? 0x44 : 0x34) : style.isLong ? 0x41 : 0x01;
  return localSenseFrame(high(type, style.width), Buffer.concat([Buffer.from([reports.length]), ...records]));
}

function record(report: Report, plan: FloorPlan, { width, isLong, isGeographic }: FrameStyle): Buffer {
  const { longitude, latitude } = geographic(plan, report);
  const place = isGeographic
    ? coordinates(longitude * 1e7, latitude * 1e7, 0)
    : coordinates(report.x * 100, report.y * 100, report.z * 100);
  const map = isLong ? [0, plan.map] : [plan.map];
  const state = [report.batteryPercent, report.isAsleep ? 0x10 : 0];
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(Math.max(0, report.time)));
  const end = [report.floor, 1, ...(isLong ? [90, 0, 0, 0, 0, 0, 0] : [])];
  return Buffer.concat([
    id(report.tag, width),
    place,
    Buffer.from([...map, ...state]),
    isLong ? time : time.subarray(4),
    Buffer.from(end),
  ]);
}

const alarmTypes = { sos: 2, 'strap-cut': 3, disappeared: 4 } as const;

export function alarmFrame(
  { kind, tag, time }: Happening & { readonly kind: keyof typeof alarmTypes },
  width: IdBytes,
): Buffer {
  const when = Buffer.alloc(8);
  when.writeBigUInt64BE(BigInt(time));
  const text = Buffer.alloc(120);
  if (width !== 2) text.write(`告警 ${kind}`, 'utf16le');
  return localSenseFrame(
    high(0x03, width),
    Buffer.concat([Buffer.from([alarmTypes[kind]]), id(tag, width), when, text]),
  );
}

export function batteryFrame(
  tags: readonly { readonly tag: bigint; readonly percent: number }[],
  width: IdBytes,
): Buffer {
  const records = tags.map(({ tag, percent }) => Buffer.concat([id(tag, width), Buffer.from([percent, 0])]));
  return localSenseFrame(high(0x05, width), Buffer.concat([Buffer.from([tags.length]), ...records]));
}

export function offlineFrame(tags: readonly bigint[], width: IdBytes): Buffer {
  const count = Buffer.from([Math.floor(tags.length / 256), tags.length % 256]);
  return localSenseFrame(high(0x32, width), Buffer.concat([count, ...tags.map((tag) => id(tag, width))]));
}

export function errorFrame(code: number, text: string): Buffer {
  const said = Buffer.from(text, 'utf16le');
  const head = Buffer.alloc(8);
  head.writeUInt32BE(code, 0);
  head.writeUInt32BE(said.length, 4);
  return localSenseFrame(0x19, Buffer.concat([head, said]));
}
