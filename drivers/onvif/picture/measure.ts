/** Brightness of each pixel, row by row. */
export interface Luma {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

/** What can be told of a picture without knowing another. */
export interface Measures {
  /** Mean brightness, 0 to 255. */
  readonly mean: number;
  /** Standard deviation of brightness. */
  readonly sigma: number;
  /** Variance of the Laplacian: falls when edges do. */
  readonly sharpness: number;
  /** Brightness of the scene on a coarse grid, for comparing scenes. */
  readonly scene: readonly number[];
  /** Of the whole picture, overlay included: two equal ones in a row are one picture. */
  readonly hash: string;
}

/** Cameras write clock and name into the uppermost and lowest rows: they say nothing of the scene. */
const OVERLAY = 0.14;
const GRID = { columns: 24, rows: 16 } as const;
const WIDEST = 640;

/** From bytes of `channels` a pixel (red, green, blue first), made narrower than 640 by averaging blocks. */
export function lumaOf(pixels: Uint8Array, width: number, height: number, channels: number): Luma {
  const step = Math.max(1, Math.ceil(width / WIDEST));
  const [columns, rows] = [Math.floor(width / step), Math.floor(height / step)];
  const values = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let y = row * step; y < (row + 1) * step; y++) {
        for (let x = column * step; x < (column + 1) * step; x++) {
          const at = (y * width + x) * channels;
          // BT.601 in 1/256.
          sum += 77 * (pixels[at] ?? 0) + 150 * (pixels[at + 1] ?? 0) + 29 * (pixels[at + 2] ?? 0);
        }
      }
      values[row * columns + column] = sum / (256 * step * step);
    }
  }
  return { width: columns, height: rows, values };
}

export function measure(luma: Luma): Omit<Measures, 'hash'> {
  const top = Math.floor(luma.height * OVERLAY);
  const bottom = luma.height - top;
  let [count, sum, squares] = [0, 0, 0];
  for (let at = top * luma.width; at < bottom * luma.width; at++) {
    const value = luma.values[at] ?? 0;
    count += 1;
    sum += value;
    squares += value * value;
  }
  if (count === 0) return { mean: 0, sigma: 0, sharpness: 0, scene: [] };
  const mean = sum / count;
  const sigma = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return { mean, sigma, sharpness: sharpnessOf(luma, top, bottom), scene: sceneOf(luma, top, bottom) };
}

function sharpnessOf({ width, values }: Luma, top: number, bottom: number): number {
  let [count, sum, squares] = [0, 0, 0];
  const value = (at: number): number => values[at] ?? 0;
  for (let y = top + 1; y < bottom - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const edge = 4 * value(at) - value(at - 1) - value(at + 1) - value(at - width) - value(at + width);
      count += 1;
      sum += edge;
      squares += edge * edge;
    }
  }
  return count === 0 ? 0 : squares / count - (sum / count) ** 2;
}

function sceneOf({ width, values }: Luma, top: number, bottom: number): number[] {
  const sums = Array.from({ length: GRID.columns * GRID.rows }, () => ({ sum: 0, count: 0 }));
  for (let y = top; y < bottom; y++) {
    const row = Math.floor(((y - top) * GRID.rows) / (bottom - top));
    for (let x = 0; x < width; x++) {
      const cell = sums[row * GRID.columns + Math.floor((x * GRID.columns) / width)];
      if (!cell) continue;
      cell.sum += values[y * width + x] ?? 0;
      cell.count += 1;
    }
  }
  return sums.map(({ sum, count }) => Math.round(sum / Math.max(1, count)));
}

/** Pearson's correlation of two scenes, -1 to 1; blind to brightness and contrast. 0 where one has no structure. */
export function correlation(left: readonly number[], right: readonly number[]): number {
  const count = Math.min(left.length, right.length);
  if (count === 0) return 0;
  const meanOf = (values: readonly number[]): number => values.slice(0, count).reduce((a, b) => a + b, 0) / count;
  const [leftMean, rightMean] = [meanOf(left), meanOf(right)];
  let [both, leftSquares, rightSquares] = [0, 0, 0];
  for (let at = 0; at < count; at++) {
    const [a, b] = [(left[at] ?? 0) - leftMean, (right[at] ?? 0) - rightMean];
    both += a * b;
    leftSquares += a * a;
    rightSquares += b * b;
  }
  const scale = Math.sqrt(leftSquares * rightSquares);
  return scale < 1e-9 ? 0 : both / scale;
}
