/** Below this, whole numbers are the same in both precisions. */
const WHOLE_BELOW = 2 ** 24;
/** Six digits always survive a float32, nine always tell it from its neighbours. */
const [FEWEST, MOST] = [6, 9];

/**
 * The number with the fewest decimal digits that is this one once it is rounded to a float32 again: 12.3 of
 * 12.300000190734863. Undefined where the value is none of 32 bits.
 */
export function shortestFloat32(value: number): number | undefined {
  if (Math.fround(value) !== value) return undefined;
  if (Number.isInteger(value) && Math.abs(value) < WHOLE_BELOW) return value;
  for (let digits = FEWEST; digits < MOST; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  const short = Number(value.toPrecision(MOST));
  return Math.fround(short) === value ? short : value;
}
