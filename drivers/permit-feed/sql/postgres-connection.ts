import { Client, types } from 'pg';
import type { SqlTransport } from '../schema.ts';
import { selectOf } from './sql-connection.ts';
import type { SqlConnection, SqlRow } from './sql-connection.ts';

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const { builtins, getTypeParser } = types;
const ownParsers: ReadonlyMap<number, (text: string) => unknown> = new Map<number, (text: string) => unknown>([
  // Times as they stand, so that the feed's own zone says what they mean; those with a zone as ISO 8601.
  [builtins.TIMESTAMP, String],
  [builtins.DATE, String],
  [
    builtins.TIMESTAMPTZ,
    (text) => new Date(`${text.replace(' ', 'T')}${/[+-]\d\d$/.test(text) ? ':00' : ''}`).toISOString(),
  ],
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
]);

/** PostgreSQL, and what speaks its protocol. */
export async function connectPostgres({
  host,
  port = 5432,
  database,
  username,
  password,
  tls,
  timeout,
}: SqlTransport): Promise<SqlConnection> {
  const client = new Client({
    host,
    port,
    database,
    user: username,
    password: password.reveal(),
    connectionTimeoutMillis: timeout,
    query_timeout: timeout,
    statement_timeout: timeout,
    options: '-c default_transaction_read_only=on',
    types: { getTypeParser: (oid: number) => ownParsers.get(oid) ?? getTypeParser(oid) },
    ...(tls && { ssl: { rejectUnauthorized: true } }),
  });
  // What breaks between two looks is found by the next one.
  client.on('error', () => undefined);
  const close = (): void => void client.end().catch(() => undefined);
  try {
    await client.connect();
  } catch (error) {
    close();
    throw error;
  }
  return {
    async rows(page) {
      const { text, values } = selectOf(page, { quote, place: '$1' });
      return (await client.query(text, [...values])).rows as SqlRow[];
    },
    close,
  };
}
