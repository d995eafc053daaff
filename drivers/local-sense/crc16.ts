/** Least significant bit first, as in Modbus: x16+x15+x2+1 written backwards. */
const REFLECTED_8005 = table((crc) => (crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1), 0);
/** Most significant bit first: x16+x12+x5+1. */
const FORWARD_1021 = table((crc) => (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff, 8);

function table(step: (crc: number) => number, shift: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << shift;
    for (let bit = 0; bit < 8; bit += 1) crc = step(crc);
    return crc;
  });
}

/** `start` 0xFFFF is CRC-16/MODBUS, 0 is CRC-16/ARC. */
export function crc16Reflected(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) crc = (crc >>> 8) ^ (REFLECTED_8005[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

/** Started with 0xFFFF: CRC-16/CCITT-FALSE. */
export function crc16Ccitt(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = ((crc << 8) & 0xffff) ^ (FORWARD_1021[((crc >>> 8) ^ byte) & 0xff] ?? 0);
  return crc;
}
