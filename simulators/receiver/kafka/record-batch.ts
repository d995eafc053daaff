import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { KafkaReader } from './wire.ts';

/** A batch of format 2 as a broker checks it before it is stored. */
export interface RecordBatch {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly isTransactional: boolean;
  readonly records: readonly KafkaRecord[];
}

export interface KafkaRecord {
  readonly key: string | undefined;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
}

const MAGIC = 2;
const TRANSACTIONAL = 0x10;
/** Castagnoli, reflected. */
const POLYNOMIAL = 0x82f63b78;

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value >>> 0;
});

/** CRC-32C (RFC 3720 appendix B.4). */
export function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** @throws Error that says what is wrong with the batch */
export function readRecordBatch(bytes: Buffer): RecordBatch {
  const reader = new KafkaReader(bytes);
  reader.int64();
  const length = reader.int32();
  if (length !== reader.left) throw new Error(`the batch says ${length} bytes and has ${reader.left}`);
  reader.int32();
  const magic = reader.int8();
  if (magic !== MAGIC) throw new Error(`format ${magic} of records`);
  const crc = reader.uint32();
  const body = reader.take(reader.left);
  if (crc32c(body) !== crc) throw new Error('the checksum of the batch is wrong');
  const fields = new KafkaReader(body);
  const attributes = fields.int16();
  const lastOffsetDelta = fields.int32();
  fields.int64();
  fields.int64();
  const producerId = fields.int64();
  const producerEpoch = fields.int16();
  const baseSequence = fields.int32();
  const count = fields.int32();
  const records = readRecords(decompressed(attributes & 7, fields.take(fields.left)), count);
  if (lastOffsetDelta !== count - 1) throw new Error(`the last offset is ${lastOffsetDelta} of ${count} records`);
  return { producerId, producerEpoch, baseSequence, isTransactional: (attributes & TRANSACTIONAL) !== 0, records };
}

function decompressed(codec: number, bytes: Buffer): Buffer {
  if (codec === 0) return bytes;
  if (codec === 1) return gunzipSync(bytes);
  if (codec === 4) return zstdDecompressSync(bytes);
  throw new Error(`compression ${codec}`);
}

function readRecords(bytes: Buffer, count: number): KafkaRecord[] {
  const reader = new KafkaReader(bytes);
  const records = Array.from({ length: count }, (_, index) => {
    const record = new KafkaReader(reader.take(reader.varint()));
    record.int8();
    record.varint();
    const delta = record.varint();
    if (delta !== index) throw new Error(`record ${index} has offset ${delta}`);
    const keyLength = record.varint();
    const key = keyLength < 0 ? undefined : record.take(keyLength).toString();
    const value = Buffer.from(record.take(Math.max(0, record.varint())));
    const headers = Array.from({ length: record.varint() }, () => {
      const name = record.take(record.varint()).toString();
      return [name, record.take(Math.max(0, record.varint())).toString()] as const;
    });
    if (record.left > 0) throw new Error(`${record.left} bytes too many in record ${index}`);
    return { key, value, headers: Object.fromEntries(headers) };
  });
  if (reader.left > 0) throw new Error(`${reader.left} bytes too many behind the records`);
  return records;
}
