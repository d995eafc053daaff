import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { readSection, writeSection } from './section.ts';

/** The texts of a block: each different one once, then one index a sample. */
export class TextTable {
  readonly #known = new Map<string, number>();
  readonly #indexes = new ByteWriter();

  push(text: string): void {
    let index = this.#known.get(text);
    if (index === undefined) {
      index = this.#known.size;
      this.#known.set(text, index);
    }
    this.#indexes.varint(index);
  }

  write(writer: ByteWriter): void {
    const list = new ByteWriter();
    if (this.#known.size > 0) {
      list.varint(this.#known.size);
      for (const text of this.#known.keys()) list.text(text);
    }
    writeSection(writer, list.take());
    writeSection(writer, this.#indexes.take());
  }
}

/** Gives the texts of a block back, one call a sample. */
export function readTexts(reader: ByteReader): () => string {
  const list = new ByteReader(readSection(reader));
  const texts = list.isAtEnd ? [] : Array.from({ length: list.varint() }, () => list.text());
  const indexes = new ByteReader(readSection(reader));
  return () => {
    const text = texts[indexes.varint()];
    if (text === undefined) throw new RangeError('block refers to a text that it does not hold');
    return text;
  };
}
