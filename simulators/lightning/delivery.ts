import type { MillFault } from './fault.ts';
import { sentence } from './sentence.ts';

/** What the rotor gives and what the mill has said before. */
export interface MillState {
  readonly field: number;
  /** Of the line before. */
  readonly held: number;
}

/** The next line under the faults that are active, and what it said. `nth` counts lines from 1. Pure. */
export function nextLine(
  { field, held }: MillState,
  faults: readonly MillFault[],
  nth: number,
): { readonly bytes: Buffer; readonly said: number } {
  const active = (kind: MillFault['kind']): MillFault | undefined =>
    faults.find((fault) => fault.kind === kind && (!('every' in fault) || nth % fault.every === 0));
  if (active('silent')) return { bytes: Buffer.alloc(0), said: held };
  const spike = active('spike');
  const isStill = active('rotor-fault') ?? active('rotor-stopped');
  const said = isStill ? 0 : active('stuck') ? held : field;
  const shown = spike?.kind === 'spike' ? spike.field : said;
  let bytes: Buffer = Buffer.from(sentence(shown, active('rotor-fault') ? 1 : 0), 'latin1');
  if (active('wrong-checksum')) bytes = withWrongChecksum(bytes);
  if (active('flipped-bit')) bytes = withFlippedBit(bytes, nth);
  if (active('cut')) bytes = bytes.subarray(0, 1 + (nth % (bytes.length - 3)));
  if (active('noise')) bytes = Buffer.concat([noise(nth), bytes]);
  if (active('wrong-baud')) bytes = Buffer.from(bytes.map((byte) => ((byte << 1) | 0x80) & 0xff));
  return { bytes, said };
}

function withWrongChecksum(bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  const last = changed.length - 3;
  changed[last] = changed[last] === 0x30 ? 0x31 : 0x30;
  return changed;
}

function withFlippedBit(bytes: Buffer, nth: number): Buffer {
  const changed = Buffer.from(bytes);
  const at = nth % (changed.length - 2);
  changed[at] = (changed[at] ?? 0) ^ (1 << (nth % 7));
  return changed;
}

/** Repeatable bytes without a line end. */
const noise = (nth: number): Buffer =>
  Buffer.from(
    Array.from({ length: 1 + (nth % 23) }, (_, index) => (index * 167 + nth * 59) & 0xff).map((byte) =>
      byte === 0x0a || byte === 0x0d ? 0x24 : byte,
    ),
  );
