/**
 * How the numbers of one point are turned into small whole numbers without losing a bit. Instruments give steps: a
 * value is a whole number divided by a power of ten (read from text or a scaled transmitter), a whole number times a
 * power of ten (a raw register times 0.1 differs from the quotient in the last bit), or a 32-bit float. What is none
 * of these is kept as the 64 bits that it is.
 */
export const FLOAT32 = 62;
export const FLOAT64 = 63;
/** Codes 0…DIGITS divide by 10^code; 16+1…16+DIGITS multiply by 10^-(code - 16). */
const DIGITS = 9;
const MULTIPLIED = 16;

const powers = Array.from({ length: DIGITS + 1 }, (_, digits) => 10 ** digits);
const steps = Array.from({ length: DIGITS + 1 }, (_, digits) => Number(`1e-${digits}`));
/** Keeps first values and differences within 32 bits. */
const WHOLE_LIMIT = 0x3fff_ffff;

export type NumberCoding = number;

/** The cheapest coding that returns every one of `values[from … to)` exactly. */
export function chooseCoding(values: Float64Array, from: number, to: number): NumberCoding {
  if (canBeDecimal(values[from] ?? 0)) {
    const divided = chooseDigits(values, from, to);
    if (divided !== undefined) return divided;
    const multiplied = chooseStep(values, from, to);
    if (multiplied !== undefined) return multiplied;
  }
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0;
    if (Math.fround(value) !== value) return FLOAT64;
  }
  return FLOAT32;
}

/**
 * False where no coding by decimals can hold the value, which one look tells: one that fits few decimals is all but a whole
 * number with as many as it may have too. What instruments convert from bits fits none, and twenty tries would say so.
 */
function canBeDecimal(value: number): boolean {
  const magnitude = Math.abs(value);
  let digits = DIGITS;
  while (digits > 0 && magnitude * (powers[digits] ?? 1) > WHOLE_LIMIT) digits -= 1;
  const scaled = magnitude * (powers[digits] ?? 1);
  // Rounding errors of at most a few in 2^53 parts of less than 2^30. A comparison with what is no number is false.
  return !(Math.abs(scaled - Math.round(scaled)) > 2 ** -20);
}

function chooseDigits(values: Float64Array, from: number, to: number): NumberCoding | undefined {
  let digits = 0;
  let largest = 0;
  for (let i = from; i < to; i++) {
    const value = values[i] ?? 0;
    // A value that fits d digits fits d + 1 too, as long as the whole number stays small: one pass finds the smallest.
    while (!isWhole(value, digits)) {
      digits += 1;
      if (digits > DIGITS) return undefined;
    }
    largest = Math.max(largest, Math.abs(value));
  }
  return toWhole(largest, digits) <= WHOLE_LIMIT ? digits : undefined;
}

function chooseStep(values: Float64Array, from: number, to: number): NumberCoding | undefined {
  for (let digits = 1; digits <= DIGITS; digits++) {
    let i = from;
    while (i < to && isWhole(values[i] ?? 0, MULTIPLIED + digits)) i += 1;
    if (i === to) return MULTIPLIED + digits;
  }
  return undefined;
}

function isWhole(value: number, coding: NumberCoding): boolean {
  const whole = toWhole(value, coding);
  return whole <= WHOLE_LIMIT && whole >= -WHOLE_LIMIT && Object.is(fromWhole(whole, coding), value);
}

/** For codings below FLOAT32. Adding zero turns -0 into 0, which isWhole then refuses for a value of -0. */
export const toWhole = (value: number, coding: NumberCoding): number =>
  Math.round(value * (powers[coding < MULTIPLIED ? coding : coding - MULTIPLIED] ?? 1)) + 0;

export const fromWhole = (whole: number, coding: NumberCoding): number =>
  coding < MULTIPLIED ? whole / (powers[coding] ?? 1) : whole * (steps[coding - MULTIPLIED] ?? 1);
