import type { Fault } from '#config/fault.ts';

/**
 * A raw value by which a device says that it has none, e.g. 0x8000 or -32000. Hexadecimal is compared with the bit
 * pattern as an unsigned number, decimal with the decoded value before any bits are taken.
 */
export type Sentinel = { readonly pattern: bigint } | { readonly value: number };

/** `0x7FFF,-32000` → sentinels. */
export function parseSentinels(text: string): Sentinel[] | Fault {
  const sentinels: Sentinel[] = [];
  for (const word of text.split(',').filter((word) => word !== '')) {
    if (/^0x[0-9a-fA-F]{1,16}$/.test(word)) sentinels.push({ pattern: BigInt(word) });
    else if (/^-?\d+(\.\d+)?$/.test(word)) sentinels.push({ value: Number(word) });
    else
      return {
        what: `"${word}" in bad= is no number`,
        why: 'expected hexadecimal bit patterns or decimal values, with commas and no spaces between',
        todo: 'write for example bad=0x8000,-32000',
      };
  }
  return sentinels;
}
