import { createRequire } from 'node:module';

/** Lengths below are kept by the library for ever; each takes at most two bytes. */
const KEPT = 16_384;

const require = createRequire(import.meta.url);

/**
 * `mqtt-packet` keeps the written form of each length of a message that it has met, two bytes of Node's shared pool, and
 * each of them holds its 64 KiB of the pool for ever: 11 MB a minute at the demo site, up to 1 GB in the end. Here they all
 * lie in one buffer. To be called before anything loads the library: that copies the function once.
 */
export function keepMqttLengthsTogether(): void {
  const numbers = require('mqtt-packet/numbers.js') as { genBufVariableByteInt: (length: number) => Buffer };
  if (require.cache[require.resolve('mqtt-packet/writeToStream.js')])
    throw new Error('mqtt-packet is loaded already, its lengths can not be kept together: call this before its import');
  const large = numbers.genBufVariableByteInt;
  const all = Buffer.allocUnsafeSlow(2 * KEPT);
  for (let length = 0; length < KEPT; length += 1) {
    all[2 * length] = length < 128 ? length : (length % 128) | 128;
    all[2 * length + 1] = length >> 7;
  }
  numbers.genBufVariableByteInt = (length) =>
    length < KEPT ? all.subarray(2 * length, 2 * length + (length < 128 ? 1 : 2)) : large(length);
}
