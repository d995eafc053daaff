import { SourceError } from '../../driver.ts';
import { readJson } from '../../json-feed/read-json.ts';
import type { SqlTransport } from '../schema.ts';
import type { SqlConnection, SqlRow } from './sql-connection.ts';

const MOST_PAGES = 200;
/** Loaded where they are needed: each is a hundred modules that a site without a database need not wait for. */
const connectors = {
  mysql: async (transport: SqlTransport) => (await import('./mysql-connection.ts')).connectMysql(transport),
  postgres: async (transport: SqlTransport) => (await import('./postgres-connection.ts')).connectPostgres(transport),
};

/** Reads a view of the enterprise's database, page after page from where the last look ended. */
export class SqlView {
  readonly #transport: SqlTransport;
  #connection: SqlConnection | undefined;
  #after: unknown;
  #isClosed = false;

  constructor(transport: SqlTransport) {
    this.#transport = transport;
  }

  /** Hands over each page as its text and its rows. Throws {@link SourceError}. */
  async look(take: (text: string, answer: unknown) => void, refuse: (why: string) => void): Promise<void> {
    const { dialect, host, view, cursor, rows: limit } = this.#transport;
    const shown = `${dialect} ${host}, view ${view}`;
    try {
      const connection = (this.#connection ??= await this.#connect());
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const found = await connection.rows({ view: view.split('.'), cursor, after: this.#after, limit: limit + 1 });
        const rows = found.slice(0, limit).map((row) => this.#unfolded(row, refuse));
        take(JSON.stringify(rows), rows);
        const last = found.slice(0, limit).at(-1);
        if (cursor !== undefined && last) this.#after = this.#cursorOf(last, cursor, shown);
        if (found.length <= limit) return;
        if (cursor === undefined)
          return refuse(`${shown} has more than ${limit} rows: name its change sequence as cursor`);
      }
    } catch (error) {
      this.close();
      if (error instanceof SourceError) throw error;
      throw new SourceError(`${shown}: ${error instanceof Error ? error.message : ''}`.slice(0, 300), { cause: error });
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#connection?.close();
  }

  async #connect(): Promise<SqlConnection> {
    const made = await connectors[this.#transport.dialect](this.#transport);
    if (this.#isClosed) made.close();
    return made;
  }

  #cursorOf(row: SqlRow, cursor: string, shown: string): unknown {
    const value = row[cursor];
    if (value === undefined || value === null) throw new SourceError(`${shown} has no value in its column ${cursor}`);
    return value;
  }

  /** Columns that hold JSON as text, as their values; one that can not be read is nothing, and told. */
  #unfolded(row: SqlRow, refuse: (why: string) => void): SqlRow {
    const { json, view } = this.#transport;
    const unfolded = json.map((column): [string, unknown] => {
      const text = row[column];
      if (typeof text !== 'string') return [column, text];
      try {
        return [column, readJson(text)];
      } catch {
        refuse(`column ${column} of ${view} holds no JSON: ${text.slice(0, 60)}`);
        return [column, null];
      }
    });
    return unfolded.length === 0 ? row : { ...row, ...Object.fromEntries(unfolded) };
  }
}
