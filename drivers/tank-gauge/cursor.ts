/** A record is not of the form that the function promises, though its checksum is right. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
}

/** Reads fields of fixed width one after another. */
export class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  text(width: number, what: string): string {
    const text = this.#text.slice(this.#at, this.#at + width);
    if (text.length < width) throw new FormatError(`the answer ends within ${what}`);
    this.#at += width;
    return text;
  }

  decimal(width: number, what: string): number {
    const text = this.text(width, what);
    if (!/^\d+$/.test(text)) throw new FormatError(`${what} is "${text}", no decimal number`);
    return Number(text);
  }

  hexadecimal(width: number, what: string): number {
    const text = this.text(width, what);
    if (!/^[0-9A-Fa-f]+$/.test(text)) throw new FormatError(`${what} is "${text}", no hexadecimal number`);
    return Number.parseInt(text, 16);
  }

  /** Eight hexadecimal digits of an IEEE 754 single. */
  float(what: string): number {
    const bits = new DataView(new ArrayBuffer(4));
    bits.setUint32(0, this.hexadecimal(8, what));
    return bits.getFloat32(0);
  }
}
