import type { Database } from 'better-sqlite3';
import type { ReceiverId } from '#agent/model/ids.ts';

/** The statements on table `cursor`. */
export class CursorTable {
  readonly #put;
  readonly #remove;
  readonly #all;
  readonly #every;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
    this.#put = database.prepare<[string, string, string]>(
      'INSERT INTO cursor (receiver, name, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    this.#remove = database.prepare<[string, string]>('DELETE FROM cursor WHERE receiver = ? AND name = ?');
    this.#every = database.prepare<[], { receiver: string; name: string; value: string }>(
      'SELECT receiver, name, value FROM cursor ORDER BY receiver, name',
    );
    this.#all = database.prepare<[string], { name: string; value: string }>(
      'SELECT name, value FROM cursor WHERE receiver = ?',
    );
  }

  of(receiver: ReceiverId): Map<string, string> {
    return new Map(this.#all.all(receiver).map(({ name, value }) => [name, value]));
  }

  all(): Record<string, Record<string, string>> {
    const cursors: Record<string, Record<string, string>> = {};
    for (const { receiver, name, value } of this.#every.all()) (cursors[receiver] ??= {})[name] = value;
    return cursors;
  }

  set(receiver: ReceiverId, entries: ReadonlyMap<string, string>): void {
    this.#database.transaction(() => {
      for (const [name, value] of entries)
        if (value === '') this.#remove.run(receiver, name);
        else this.#put.run(receiver, name, value);
    })();
  }
}
