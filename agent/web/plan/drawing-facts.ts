import { createHash } from 'node:crypto';
import { imageSize } from 'image-size';
import type { PlanDrawing } from './plan-view.ts';

/** Kinds of images that a plan may be, by their first bytes and those from the ninth on. None of them can hold a script. */
const kinds = [
  { type: 'image/png', is: 'png', ending: 'png', begins: ['\x89PNG\r\n\x1A\n', ''] },
  { type: 'image/jpeg', is: 'jpg', ending: 'jpg', begins: ['\xFF\xD8\xFF', ''] },
  { type: 'image/webp', is: 'webp', ending: 'webp', begins: ['RIFF', 'WEBP'] },
] as const;

export const drawingTypes: readonly string[] = kinds.map(({ type }) => type);
/** A browser unpacks it whole: beyond this a phone gives up. */
const MOST_PIXELS = 40_000_000;

/** What an image is, by its own bytes; a text where it can not be a plan. */
export function drawingFacts(bytes: Uint8Array): PlanDrawing | string {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  const kind = kinds.find(({ begins: [first, fourth] }) => start.startsWith(first) && start.startsWith(fourth, 8));
  if (!kind) return 'it is neither PNG nor JPEG nor WebP';
  const size = sizeOf(bytes);
  if (size?.type !== kind.is || !(size.width > 0) || !(size.height > 0)) return `its ${kind.is} header is damaged`;
  const { width, height } = size;
  if (width * height > MOST_PIXELS)
    return `${width} × ${height} pixels are more than ${MOST_PIXELS / 1e6} million; make it smaller`;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file: `${sha256}.${kind.ending}`, type: kind.type, width, height, sha256 };
}

function sizeOf(bytes: Uint8Array): ReturnType<typeof imageSize> | undefined {
  try {
    return imageSize(bytes);
  } catch {
    return undefined;
  }
}
