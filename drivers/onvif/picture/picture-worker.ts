import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import { decode } from 'jpeg-js';
import { lumaOf, measure } from './measure.ts';
import type { PictureAnswer } from './picture-reader.ts';

const MAX_MEGAPIXELS = 10;
const MAX_MEMORY_MB = 160;
const CHANNELS = 3;

/** A thread of its own: decoding a picture takes a tenth of a second, and what it breaks is only itself. */
parentPort?.on('message', (bytes: Uint8Array) => {
  parentPort?.postMessage(answer(bytes), []);
});

function answer(bytes: Uint8Array): PictureAnswer {
  try {
    const limits = { maxResolutionInMP: MAX_MEGAPIXELS, maxMemoryUsageInMB: MAX_MEMORY_MB };
    const picture = decode(bytes, { useTArray: true, formatAsRGBA: false, tolerantDecoding: false, ...limits });
    const luma = lumaOf(picture.data, picture.width, picture.height, CHANNELS);
    const hash = createHash('sha256').update(luma.values).digest('hex');
    return { size: `${picture.width}x${picture.height}`, measures: { ...measure(luma), hash } };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}
