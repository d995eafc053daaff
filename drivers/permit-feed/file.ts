import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { SourceError } from '../driver.ts';
import { readJson } from '../json-feed/read-json.ts';
import type { FileTransport } from './schema.ts';

/** Reads a file again whenever it changed. */
export class WatchedFile {
  readonly #transport: FileTransport;
  #seen = '';

  constructor(transport: FileTransport) {
    this.#transport = transport;
  }

  /** Throws {@link SourceError} where there is no such file; what is in it and cannot be read is handed to `refuse`. */
  async look(take: (text: string, answer: unknown) => void, refuse: (why: string) => void): Promise<void> {
    const { path, format, maxBytes } = this.#transport;
    const state = await stat(path).catch((error: unknown) => {
      throw new SourceError(`${path}: ${error instanceof Error ? error.message : ''}`);
    });
    const mark = `${state.ino} ${state.size} ${state.mtimeMs}`;
    if (mark === this.#seen) return;
    this.#seen = mark;
    if (state.size > maxBytes) return refuse(`${path} is longer than ${maxBytes} bytes`);
    try {
      const text = await readFile(path, 'utf8');
      take(text, format === 'json' ? readJson(text) : rowsOf(text, refuse));
    } catch (error) {
      // Perhaps half written: it is read again when it changes.
      refuse(`${path}: ${error instanceof Error ? error.message : ''}`.slice(0, 200));
    }
  }
}

function rowsOf(text: string, refuse: (why: string) => void): unknown {
  return parse(text, {
    columns: true,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      refuse((error?.message ?? 'an unreadable line').slice(0, 200));
      return undefined;
    },
  });
}
