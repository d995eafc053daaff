import { echoOf, type Query } from './query.ts';

const SOH = 0x01;
const ETX = 0x03;
/** 99 tanks with 16 values each fit. */
const LONGEST_FRAME = 16_384;

/** What came as the answer to a query. */
export type Answer =
  /** What stands between the console's clock and `&&`; the checksum was right. */
  | { readonly kind: 'data'; readonly time: string; readonly body: string }
  /** `9999FF1B`: the console does not know the function, or the security code was wrong. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'damaged'; readonly found: string };

/** Cuts what stands between SOH and ETX out of a byte stream. A new SOH begins anew: the frame before has lost its end. */
export class FrameReader {
  #frame: number[] | undefined;

  read(chunk: Buffer): string[] {
    const frames: string[] = [];
    for (const byte of chunk) {
      if (byte === SOH) this.#frame = [];
      else if (!this.#frame) continue;
      else if (byte === ETX) {
        frames.push(Buffer.from(this.#frame).toString('latin1'));
        this.#frame = undefined;
      } else if (this.#frame.length < LONGEST_FRAME) this.#frame.push(byte);
      else this.#frame = undefined;
    }
    return frames;
  }

  /** Forgets what has not ended. */
  reset(): void {
    this.#frame = undefined;
  }

  get isInside(): boolean {
    return this.#frame !== undefined;
  }
}

const shape = /^(.{6})(\d{10})([\x20-\x7e]*)&&([0-9A-F]{4})$/;
const REFUSED = '9999FF1B';

/**
 * Judges what stood between SOH and ETX as the answer to a query; undefined when it answers another one. The checksum
 * is what makes the 16-bit sum of all characters from SOH to `&&` zero; `9999FF1B` follows the same rule.
 */
export function judgeFrame(frame: string, query: Query): Answer | undefined {
  if (frame === REFUSED) return { kind: 'refused' };
  const [, echo, time, body, sum] = shape.exec(frame) ?? [];
  if (echo === undefined || time === undefined || body === undefined || sum === undefined)
    return { kind: 'damaged', found: 'an answer that is not of the computer format' };
  if (checksum(frame.slice(0, -4)) !== Number.parseInt(sum, 16))
    return { kind: 'damaged', found: 'an answer with a wrong checksum' };
  return echo === echoOf(query) ? { kind: 'data', time, body } : undefined;
}

function checksum(text: string): number {
  let sum = SOH;
  for (let at = 0; at < text.length; at += 1) sum += text.charCodeAt(at);
  return -sum & 0xffff;
}
