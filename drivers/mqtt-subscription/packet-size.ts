/** Most bytes of a remaining length (MQTT 3.1.1 §2.2.3). */
const LENGTH_BYTES = 4;

/**
 * Watches a stream of MQTT packets for one that is too long, by the fixed header alone: the client's own parser would hold
 * up to 256 MB of a packet before anybody sees it.
 */
export class PacketSize {
  readonly #most: number;
  /** Of the packet that is passing, what is still to come. */
  #left = 0;
  /** Digits of a length that is being read; undefined between packets. */
  #digits: number[] | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** True once a packet says that it is longer than allowed, or has a length that none can have. */
  isTooLong(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const passed = Math.min(this.#left, chunk.length - at);
        this.#left -= passed;
        at += passed;
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      if (!this.#digits) {
        this.#digits = [];
        continue;
      }
      this.#digits.push(byte & 0x7f);
      if ((byte & 0x80) === 0) {
        this.#left = this.#digits.reduceRight((length, digit) => length * 128 + digit, 0);
        this.#digits = undefined;
        if (this.#left > this.#most) return true;
      } else if (this.#digits.length >= LENGTH_BYTES) return true;
    }
    return false;
  }
}
