import { encode } from 'jpeg-js';

export const pictureFaults = ['frozen', 'black', 'covered', 'blurred', 'moved'] as const;
type PictureFault = (typeof pictureFaults)[number];

export interface PictureWish {
  readonly width: number;
  readonly height: number;
  /** Another camera, another scene. */
  readonly seed: number;
  /** UTC ms written into the picture. */
  readonly time: number;
  readonly fault?: PictureFault | undefined;
  /** People: where they stand, 0 … 1 from the left and from the top. */
  readonly figures?: readonly { readonly u: number; readonly v: number }[];
  /** How thick a cloud hangs in the middle, 0 … 1. */
  readonly cloud?: number;
}

const QUALITY = 80;
const FROZEN_AT = Date.UTC(2026, 0, 1, 12);

/** What the camera sees, with its clock at the top: tanks, pipes and their shadows, as far as rectangles go. A JPEG. */
export function picture(wish: PictureWish): Buffer {
  const { width, height, seed, time, fault, figures = [], cloud = 0 } = wish;
  const shades = Uint8ClampedArray.from(viewOf(seed, fault, { width, height }));
  const paint: Paint = (x, y, value) => {
    shades[y * width + x] = value;
  };
  if (fault === undefined || fault === 'frozen') {
    if (cloud > 0) spread(shades, cloud, { width, height });
    for (const figure of figures) person(paint, figure, { width, height });
  }
  write(paint, new Date(fault === 'frozen' ? FROZEN_AT : time).toISOString(), width);
  const data = Buffer.alloc(width * height * 4, 255);
  for (let at = 0; at < shades.length; at++) {
    const shade = shades[at] ?? 0;
    data[at * 4] = shade;
    data[at * 4 + 1] = shade;
    data[at * 4 + 2] = shade;
  }
  return encode({ data, width, height }, QUALITY).data;
}

type Paint = (x: number, y: number, value: number) => void;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Views that were drawn already: what stands in them does not move. */
const views = new Map<string, Uint8ClampedArray>();
const MOST_VIEWS = 32;

/** One byte a pixel, row by row. */
function viewOf(seed: number, fault: PictureFault | undefined, { width, height }: Size): Uint8ClampedArray {
  const key = `${width}×${height} ${seed} ${fault ?? ''}`;
  const known = views.get(key);
  if (known) return known;
  const scene = brightness(fault === 'moved' ? seed + 1_000 : seed);
  const view = new Uint8ClampedArray(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      view[y * width + x] =
        fault === 'black'
          ? 4
          : fault === 'covered'
            ? 118
            : fault === 'blurred'
              ? blurred(scene, u, v)
              : scene(u, v) + grain(x, y);
    }
  if (views.size >= MOST_VIEWS) views.clear();
  views.set(key, view);
  return view;
}

type Brightness = (u: number, v: number) => number;

/** Ten blocks before a sky, placed by the seed. */
function brightness(seed: number): Brightness {
  const random = (n: number): number => {
    const wave = Math.sin(seed * 127.1 + n * 311.7) * 43_758.5453;
    return wave - Math.floor(wave);
  };
  const blocks = Array.from({ length: 10 }, (_, n) => ({
    left: random(n * 5) * 0.9,
    top: 0.15 + random(n * 5 + 1) * 0.6,
    width: 0.05 + random(n * 5 + 2) * 0.2,
    height: 0.1 + random(n * 5 + 3) * 0.3,
    shade: 20 + random(n * 5 + 4) * 220,
  }));
  return (u, v) => {
    const block = blocks.findLast(
      ({ left, top, width, height }) => u >= left && u < left + width && v >= top && v < top + height,
    );
    return block?.shade ?? 190 - v * 120;
  };
}

/** A cloud in the middle, thinner outwards: the view behind can still be told. */
function spread(shades: Uint8ClampedArray, cloud: number, { width, height }: Size): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const outwards = Math.hypot((x / width - 0.55) / 0.35, (y / height - 0.5) / 0.45);
      const shade = shades[y * width + x] ?? 0;
      if (outwards < 1) shades[y * width + x] = shade + (235 - shade) * 0.5 * cloud * (1 - outwards);
    }
}

/** Head, helmet and coat, as far as rectangles go; nearer to the lower edge is larger. */
function person(paint: Paint, { u, v }: { readonly u: number; readonly v: number }, { width, height }: Size): void {
  const tall = Math.round(height * (0.1 + 0.12 * v));
  const wide = Math.max(2, Math.round(tall / 3));
  const foot = Math.round(height * (0.3 + 0.65 * v));
  const left = Math.round(u * (width - wide));
  for (let y = Math.max(0, foot - tall); y < Math.min(height, foot); y++)
    for (let x = left; x < left + wide; x++) {
      const fromTop = (y - foot + tall) / tall;
      paint(x, y, fromTop < 0.1 ? 250 : fromTop < 0.25 ? 170 : fromTop < 0.65 ? 225 : 40);
    }
}

const BLUR = 0.06;
function blurred(scene: Brightness, u: number, v: number): number {
  let sum = 0;
  for (let dy = -2; dy <= 2; dy++)
    for (let dx = -2; dx <= 2; dx++) sum += scene(u + (dx * BLUR) / 2, v + (dy * BLUR) / 2);
  return sum / 25;
}

/** The sensor's own: the same in each picture, so that only the clock tells two pictures apart. */
const grain = (x: number, y: number): number => ((x * 31 + y * 17) % 13) - 6;

/** Three columns by five rows for each sign of an ISO time, as bits from the upper left. */
const font: Readonly<Record<string, string>> = {
  '0': '111101101101111',
  '1': '010110010010111',
  '2': '111001111100111',
  '3': '111001111001111',
  '4': '101101111001001',
  '5': '111100111001111',
  '6': '111100111101111',
  '7': '111001010010010',
  '8': '111101111101111',
  '9': '111101111001111',
  ':': '000010000010000',
  '-': '000000111000000',
};

function write(paint: Paint, text: string, width: number): void {
  const dot = Math.max(1, Math.floor(width / 320));
  for (const [index, sign] of Array.from(text).entries()) {
    const bits = font[sign] ?? '';
    for (const [at, bit] of Array.from(bits).entries()) {
      if (bit !== '1') continue;
      const left = (4 + index * 4 + (at % 3)) * dot;
      const top = (3 + Math.floor(at / 3)) * dot;
      for (let y = top; y < top + dot; y++) for (let x = left; x < left + dot; x++) if (x < width) paint(x, y, 255);
    }
  }
}
