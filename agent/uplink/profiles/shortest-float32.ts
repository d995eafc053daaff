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
  cell.setFloat32(0, value);
  // The product spreads neighbours, which differ in their lowest bits, over all places.
  const place = Math.imul(cell.getInt32(0), 0x9e37_79b1) >>> (32 - KEPT_BITS);
  if (keptOf[place] === value) return kept[place];
  const short = search(value);
  keptOf[place] = value;
  kept[place] = short;
  return short;
}

/**
 * An instrument shows the same few thousand values again and again, and making digits of one takes longer than all the rest
 * that is done with it.
 */
const KEPT_BITS = 14;
const keptOf = new Float64Array(2 ** KEPT_BITS).fill(NaN);
const kept = new Float64Array(2 ** KEPT_BITS);
const cell = new DataView(new ArrayBuffer(4));

function search(value: number): number {
  for (let digits = FEWEST; digits < MOST; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  const short = Number(value.toPrecision(MOST));
  return Math.fround(short) === value ? short : value;
}
