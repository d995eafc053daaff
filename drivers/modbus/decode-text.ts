import { bad, type Quality } from '#agent/model/quality.ts';
import type { Encoding } from './value-type.ts';

const UNDECODABLE = bad('decode');

/** A string of a fixed number of registers, up to the first NUL and without trailing spaces. */
export function decodeText(registers: number, encoding: Encoding, swapped: boolean) {
  const decoder = new TextDecoder(encoding === 'ascii' ? 'utf-8' : encoding === 'utf-16' ? 'utf-16be' : encoding, {
    fatal: true,
  });
  return (bytes: Uint8Array, at: number): string | Quality => {
    const own = bytes.slice(at, at + registers * 2);
    if (swapped) swapWords(own);
    const text = own.subarray(0, endOfText(own, encoding === 'utf-16' ? 2 : 1));
    if (encoding === 'ascii' && text.some((byte) => byte < 0x20 || byte > 0x7e)) return UNDECODABLE;
    try {
      return decoder.decode(text).trimEnd();
    } catch {
      return UNDECODABLE;
    }
  };
}

function swapWords(bytes: Uint8Array): void {
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const first = bytes[at] ?? 0;
    bytes[at] = bytes[at + 1] ?? 0;
    bytes[at + 1] = first;
  }
}

function endOfText(bytes: Uint8Array, unit: 1 | 2): number {
  for (let at = 0; at < bytes.length; at += unit) if (bytes[at] === 0 && (unit === 1 || bytes[at + 1] === 0)) return at;
  return bytes.length;
}
