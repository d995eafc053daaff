import type { Database } from 'better-sqlite3';

/** One thing that a stage must find again after a restart. `value` is JSON-safe; undefined removes the key. */
export interface StateChange {
  readonly scope: string;
  readonly key: string;
  readonly value: unknown;
}

/** The statements on table `state`. */
export class StateTable {
  readonly #put;
  readonly #remove;
  readonly #scope;

  constructor(database: Database) {
    this.#put = database.prepare<[string, string, string]>(
      'INSERT INTO state (scope, key, value) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    );
    this.#remove = database.prepare<[string, string]>('DELETE FROM state WHERE scope = ? AND key = ?');
    this.#scope = database.prepare<[string], { key: string; value: string }>(
      'SELECT key, value FROM state WHERE scope = ? ORDER BY key',
    );
  }

  apply({ scope, key, value }: StateChange): void {
    if (value === undefined) this.#remove.run(scope, key);
    else this.#put.run(scope, key, JSON.stringify(value));
  }

  scope(scope: string): Map<string, unknown> {
    return new Map(this.#scope.all(scope).map(({ key, value }) => [key, JSON.parse(value) as unknown]));
  }
}
