import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** By channel and reading: the highest value since it went over range. */
export type Latches = Readonly<Record<string, Readonly<Record<string, number>>>>;

const stored = z.record(z.string(), z.record(z.string(), z.number()));

/**
 * Keeps the latches of catalytic sensors in the source's own directory: a lost connection or a restart must not make a
 * mixture too rich to burn look like clean air. Written only when a latch changes, which is rare.
 */
export class LatchStore {
  readonly #file: string;
  #written: string;

  constructor(directory: string) {
    this.#file = join(directory, 'over-range-latches.json');
    this.#written = '{}';
  }

  /** What was kept; nothing where there is no file, or a damaged one. */
  read(): Latches {
    try {
      const text = readFileSync(this.#file, 'utf8');
      const latches = stored.parse(JSON.parse(text));
      this.#written = JSON.stringify(latches);
      return latches;
    } catch {
      return {};
    }
  }

  /** @returns why they could not be kept; undefined when they are, or are as before */
  keep(latches: Latches): string | undefined {
    const text = JSON.stringify(latches);
    if (text === this.#written) return undefined;
    this.#written = text;
    try {
      writeFileSync(`${this.#file}.new`, text, { flush: true });
      renameSync(`${this.#file}.new`, this.#file);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}
