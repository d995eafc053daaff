/** Samples or periods of one point as a chart needs them: columns, in order of time, of any length. */
export interface Series {
  readonly length: () => number;
  readonly clear: () => void;
  /** Source times in ms; NaN for no value; qualities 0 good, 1 uncertain, 2 bad. In any order. */
  readonly append: (columns: Columns) => void;
  /** What to draw between two times on so many columns of pixels. */
  readonly draw: (from: number, to: number, width: number) => Drawn;
  /** The sample that held at a time; -1 before the first. */
  readonly indexAt: (time: number) => number;
  readonly at: (index: number) => { readonly time: number; readonly value: number; readonly quality: number };
  /** Lowest, highest, mean of usable values between two times. */
  readonly extent: (from: number, to: number) => Extent | undefined;
}

export interface Columns {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number>;
  readonly qualities: ArrayLike<number>;
  /** Of periods; absent for single samples, whose lowest and highest are their value. */
  readonly lows?: ArrayLike<number>;
  readonly highs?: ArrayLike<number>;
}

/** One entry a column of pixels: null breaks the line, undefined does not. */
export interface Drawn {
  readonly low: (number | null | undefined)[];
  readonly high: (number | null | undefined)[];
  readonly solid: (number | null | undefined)[];
  /** Uncertain values, drawn so that nobody takes them for good ones. */
  readonly dashed: (number | null | undefined)[];
  /** Worst quality in each column, carried on until the next sample; 255 before the first. */
  readonly quality: Uint8Array;
}

interface Extent {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly count: number;
}

const FIRST_ROOM = 4096;
const BAD = 2;

/** Where nothing new came, what was before still holds; a bad value goes on breaking the line. */
function carry(drawn: Drawn, column: number, before: number): void {
  if (drawn.quality[column] !== 255) return;
  drawn.quality[column] = before;
  if (before === BAD) for (const part of ['low', 'high', 'solid', 'dashed'] as const) drawn[part][column] = null;
}

export function createSeries(): Series {
  let length = 0;
  let isOrdered = true;
  let times = new Float64Array(FIRST_ROOM);
  let values = new Float64Array(FIRST_ROOM);
  let lows = new Float64Array(FIRST_ROOM);
  let highs = new Float64Array(FIRST_ROOM);
  let qualities = new Uint8Array(FIRST_ROOM);

  const makeRoom = (needed: number): void => {
    if (needed <= times.length) return;
    const room = Math.max(needed, times.length * 2);
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const made = new Float64Array(room);
      made.set(old);
      return made;
    };
    [times, values, lows, highs] = [grown(times), grown(values), grown(lows), grown(highs)];
    const grownQualities = new Uint8Array(room);
    grownQualities.set(qualities);
    qualities = grownQualities;
  };

  /** What came late, after an outage was filled, goes where it belongs. */
  const order = (): void => {
    if (isOrdered) return;
    const places = Uint32Array.from({ length }, (_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
    const sorted = (column: Float64Array): Float64Array<ArrayBuffer> =>
      Float64Array.from(places, (at) => column[at] ?? 0);
    [times, values, lows, highs] = [sorted(times), sorted(values), sorted(lows), sorted(highs)];
    const old = qualities;
    qualities = Uint8Array.from(places, (at) => old[at] ?? 0);
    isOrdered = true;
  };

  /** The first index whose time is not before this one. */
  const lowerBound = (time: number): number => {
    order();
    let first = 0;
    let last = length;
    while (first < last) {
      const middle = (first + last) >> 1;
      if ((times[middle] ?? 0) < time) first = middle + 1;
      else last = middle;
    }
    return first;
  };

  return {
    length: () => length,
    clear() {
      length = 0;
      isOrdered = true;
    },
    append(columns) {
      const count = columns.times.length;
      makeRoom(length + count);
      for (let index = 0; index < count; index += 1) {
        const time = columns.times[index] ?? 0;
        if (length > 0 && time < (times[length - 1] ?? 0)) isOrdered = false;
        const value = columns.values[index] ?? Number.NaN;
        times[length] = time;
        values[length] = value;
        lows[length] = columns.lows?.[index] ?? value;
        highs[length] = columns.highs?.[index] ?? value;
        qualities[length] = columns.qualities[index] ?? BAD;
        length += 1;
      }
    },
    draw(from, to, width) {
      const drawn: Drawn = {
        low: Array.from({ length: width }),
        high: Array.from({ length: width }),
        solid: Array.from({ length: width }),
        dashed: Array.from({ length: width }),
        quality: new Uint8Array(width).fill(255),
      };
      const perColumn = (to - from) / width;
      // One sample beyond each edge, so that the line comes in and goes out.
      const first = Math.max(0, lowerBound(from) - 1);
      const last = Math.min(length, lowerBound(to) + 1);
      let before = 255;
      let filled = 0;
      // Of the column that is being gathered; what is seen of a million samples is gathered in each frame.
      let column = -1;
      let edge = -Infinity;
      let [low, high, worst, value, quality] = [Infinity, -Infinity, 0, Number.NaN, BAD];
      const put = (): void => {
        if (column < 0) return;
        for (; filled < column; filled += 1) carry(drawn, filled, before);
        drawn.quality[column] = worst;
        filled = column + 1;
        before = quality;
        const isSeen = low <= high;
        drawn.low[column] = isSeen ? low : null;
        drawn.high[column] = isSeen ? high : null;
        drawn.solid[column] = worst === 0 ? value : null;
        drawn.dashed[column] = isSeen && worst !== 0 ? value : null;
        if (worst === BAD && quality !== BAD) drawn[quality === 0 ? 'solid' : 'dashed'][column] = value;
      };
      for (let index = first; index < last; index += 1) {
        const time = times[index] ?? 0;
        if (time >= edge) {
          put();
          column = Math.min(width - 1, Math.max(0, Math.floor((time - from) / perColumn)));
          edge = column === width - 1 ? Infinity : from + (column + 1) * perColumn;
          [low, high, worst, value] = [Infinity, -Infinity, 0, Number.NaN];
        }
        const found = values[index] ?? Number.NaN;
        quality = Number.isNaN(found) ? BAD : (qualities[index] ?? BAD);
        if (quality > worst) worst = quality;
        if (quality === BAD) continue;
        value = found;
        const lowest = lows[index] ?? found;
        const highest = highs[index] ?? found;
        if (lowest < low) low = lowest;
        if (highest > high) high = highest;
      }
      put();
      for (; filled < width; filled += 1) carry(drawn, filled, before);
      return drawn;
    },
    indexAt: (time) => lowerBound(time + 1) - 1,
    at: (index) => ({
      time: times[index] ?? 0,
      value: values[index] ?? Number.NaN,
      quality: qualities[index] ?? BAD,
    }),
    extent(from, to) {
      let low = Infinity;
      let high = -Infinity;
      let sum = 0;
      let count = 0;
      const end = lowerBound(to);
      for (let index = lowerBound(from); index < end; index += 1) {
        const value = values[index] ?? Number.NaN;
        if (qualities[index] === BAD || Number.isNaN(value)) continue;
        low = Math.min(low, lows[index] ?? value);
        high = Math.max(high, highs[index] ?? value);
        sum += value;
        count += 1;
      }
      return count === 0 ? undefined : { low, high, mean: sum / count, count };
    },
  };
}
