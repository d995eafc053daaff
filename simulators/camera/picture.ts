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
}

const QUALITY = 80;
const FROZEN_AT = Date.UTC(2026, 0, 1, 12);

/** What the camera sees, with its clock at the top: tanks, pipes and their shadows, as far as rectangles go. A JPEG. */
export function picture({ width, height, seed, time, fault }: PictureWish): Buffer {
  const data = Buffer.alloc(width * height * 4, 255);
  const paint = (x: number, y: number, value: number): void => {
    const at = (y * width + x) * 4;
    const shade = value < 0 ? 0 : value > 255 ? 255 : value;
    data[at] = shade;
    data[at + 1] = shade;
    data[at + 2] = shade;
  };
  const scene = brightness(fault === 'moved' ? seed + 1_000 : seed);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x / width, y / height];
      if (fault === 'black') paint(x, y, 4);
      else if (fault === 'covered') paint(x, y, 118);
      else if (fault === 'blurred') paint(x, y, blurred(scene, u, v));
      else paint(x, y, scene(u, v) + grain(x, y));
    }
  }
  write(paint, new Date(fault === 'frozen' ? FROZEN_AT : time).toISOString(), width);
  return encode({ data, width, height }, QUALITY).data;
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

function write(paint: (x: number, y: number, value: number) => void, text: string, width: number): void {
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
