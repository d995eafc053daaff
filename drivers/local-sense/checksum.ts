import { crc16Ccitt, crc16Reflected } from './crc16.ts';

/**
 * How a hub makes the checksum of its frames. Firmwares differ and their documents do not say: `modbus` is what the
 * vendor's own clients send; the others were met or guessed by those who read the pushed frames.
 */
export const checksumRules = ['modbus', 'modbus-low-first', 'modbus-with-head', 'arc', 'ccitt'] as const;

export type ChecksumRule = (typeof checksumRules)[number];
export type ChecksumChoice = ChecksumRule | 'auto' | 'none';

/** After so many frames in a row that fit the same rule the hub is known to use it. */
const CERTAIN_AFTER = 3;
const HEAD_BYTES = 2;
const START = 0xffff;

/** `content` is head, type and body. */
export function checksumBy(rule: ChecksumRule, content: Uint8Array): number {
  const checked = content.subarray(HEAD_BYTES);
  switch (rule) {
    case 'modbus':
      return crc16Reflected(checked, START);
    case 'modbus-low-first': {
      const crc = crc16Reflected(checked, START);
      return ((crc & 0xff) << 8) | (crc >>> 8);
    }
    case 'modbus-with-head':
      return crc16Reflected(content, START);
    case 'arc':
      return crc16Reflected(checked, 0);
    case 'ccitt':
      return crc16Ccitt(checked);
    default:
      return rule satisfies never;
  }
}

/** Judges the checksums of one connection and, where nobody said which rule the hub uses, finds it out. */
export class ChecksumJudge {
  readonly #isJudging: boolean;
  #rule: ChecksumRule | undefined;
  #candidate: ChecksumRule | undefined;
  #fitting = 0;

  constructor(choice: ChecksumChoice) {
    this.#isJudging = choice !== 'none';
    if (choice !== 'none' && choice !== 'auto') this.#rule = choice;
  }

  /** Absent: not yet known. */
  get rule(): ChecksumRule | undefined {
    return this.#rule;
  }

  accepts(content: Uint8Array, told: number): boolean {
    if (!this.#isJudging) return true;
    if (this.#rule) return checksumBy(this.#rule, content) === told;
    const fitting = checksumRules.find((rule) => checksumBy(rule, content) === told);
    if (!fitting) return false;
    this.#fitting = fitting === this.#candidate ? this.#fitting + 1 : 1;
    this.#candidate = fitting;
    if (this.#fitting >= CERTAIN_AFTER) this.#rule = fitting;
    return true;
  }
}
