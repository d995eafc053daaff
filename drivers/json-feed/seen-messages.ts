/** So many ids are remembered; a sender repeats within seconds. */
const MOST = 4096;

/** Knows a message that came before: senders repeat what was not acknowledged in time. */
export class SeenMessages {
  readonly #seen = new Set<string>();

  isRepeated(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    if (this.#seen.size > MOST) for (const first of this.#seen) return !this.#seen.delete(first);
    return false;
  }
}
