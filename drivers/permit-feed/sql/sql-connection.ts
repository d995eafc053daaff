/** One row as plain JSON: numbers, texts, true or false, null; times as text. */
export type SqlRow = Readonly<Record<string, unknown>>;

/** A session of a database that refuses to write. Any failure ends it. */
export interface SqlConnection {
  /** At most `limit` rows of the view, those above `after` in the order of the cursor, where there is one. */
  readonly rows: (page: SqlPage) => Promise<readonly SqlRow[]>;
  readonly close: () => void;
}

export interface SqlPage {
  /** Schema, where it is named, and view. */
  readonly view: readonly string[];
  readonly cursor?: string | undefined;
  readonly after?: unknown;
  readonly limit: number;
}

/** The one statement that is ever sent besides those that make the session read-only. */
export function selectOf(
  { view, cursor, after, limit }: SqlPage,
  { quote, place }: { readonly quote: (name: string) => string; readonly place: string },
): { readonly text: string; readonly values: readonly unknown[] } {
  const from = `SELECT * FROM ${view.map(quote).join('.')}`;
  if (cursor === undefined) return { text: `${from} LIMIT ${limit}`, values: [] };
  const column = quote(cursor);
  const where = after === undefined ? '' : ` WHERE ${column} > ${place}`;
  return { text: `${from}${where} ORDER BY ${column} LIMIT ${limit}`, values: after === undefined ? [] : [after] };
}
