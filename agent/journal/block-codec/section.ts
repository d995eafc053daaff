import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib';
import type { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/**
 * A column as it stands in a block: how it is stored, its length, its bytes. Columns are compressed one by one because
 * zstd has one Huffman table for 128 KiB: noise in the low bytes of numbers would spoil the coding of the high bytes
 * (measured: 12 % larger in one piece).
 */
const stored = { empty: 0, zeros: 1, plain: 2, zstd: 3 } as const;

/** Below this, zstd's own header eats what it saves. */
const WORTH_COMPRESSING = 48;
const fastest = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

export function writeSection(writer: ByteWriter, column: Uint8Array): void {
  if (column.length === 0) return writer.byte(stored.empty);
  if (isZeros(column)) {
    writer.byte(stored.zeros);
    return writer.varint(column.length);
  }
  const packed = column.length >= WORTH_COMPRESSING ? zstdCompressSync(column, fastest) : undefined;
  const isSmaller = packed !== undefined && packed.length + 4 < column.length;
  writer.byte(isSmaller ? stored.zstd : stored.plain);
  const bytes = isSmaller ? packed : column;
  writer.varint(bytes.length);
  writer.raw(bytes);
}

function isZeros(column: Uint8Array): boolean {
  for (const byte of column) if (byte !== 0) return false;
  return true;
}

export function readSection(reader: ByteReader): Buffer {
  const how = reader.byte();
  switch (how) {
    case stored.empty:
      return Buffer.alloc(0);
    case stored.zeros:
      return Buffer.alloc(reader.varint());
    case stored.plain:
      return reader.raw(reader.varint());
    case stored.zstd:
      return zstdDecompressSync(reader.raw(reader.varint()));
    default:
      throw new RangeError(`section is stored in the unknown way ${how}`);
  }
}
