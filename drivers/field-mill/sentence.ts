/** One reading of the mill. */
export interface MillReading {
  /** Signed field in kV/m, −20 to +20; the mill clips there. */
  readonly field: number;
  /** The fault digit: 0 is none. */
  readonly fault: number;
}

/** The mill clips here. kV/m */
export const MILL_LIMIT = 20;

const pattern = /^\$([+-])(\d\d\.\d\d),(\d)\*([0-9A-F]{2})$/;

/**
 * `$+00.65,0*CE` without its line end. The checksum is the sum of all characters up to and with the asterisk, modulo
 * 256; it finds each damaged byte, though not digits that change places. Undefined when anything is wrong.
 */
export function parseSentence(text: string): MillReading | undefined {
  const [, sign, digits, fault, sum] = pattern.exec(text) ?? [];
  if (digits === undefined || sum === undefined || checksum(text) !== Number.parseInt(sum, 16)) return undefined;
  const size = Number(digits);
  if (size > MILL_LIMIT) return undefined;
  return { field: sign === '-' && size > 0 ? -size : size, fault: Number(fault) };
}

function checksum(text: string): number {
  let sum = 0;
  for (let at = 0; at <= text.length - 3; at += 1) sum += text.charCodeAt(at);
  return sum & 0xff;
}
