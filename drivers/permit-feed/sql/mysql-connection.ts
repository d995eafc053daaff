import { createConnection } from 'mysql2/promise';
import type { SqlTransport } from '../schema.ts';
import { selectOf } from './sql-connection.ts';
import type { SqlConnection, SqlRow } from './sql-connection.ts';

const quote = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** MySQL, MariaDB, and what speaks their protocol. */
export async function connectMysql({
  host,
  port = 3306,
  database,
  username,
  password,
  tls,
  timeout,
}: SqlTransport): Promise<SqlConnection> {
  const connection = await createConnection({
    host,
    port,
    database,
    user: username,
    password: password.reveal(),
    connectTimeout: timeout,
    // Times as they stand, so that the feed's own zone says what they mean.
    dateStrings: true,
    decimalNumbers: true,
    supportBigNumbers: true,
    // No code is made of what a server answers.
    disableEval: true,
    ...(tls && { ssl: { rejectUnauthorized: true } }),
  });
  // What breaks between two looks is found by the next one.
  connection.on('error', () => undefined);
  try {
    await connection.query({ sql: 'SET SESSION TRANSACTION READ ONLY', timeout });
  } catch (error) {
    connection.destroy();
    throw error;
  }
  return {
    async rows(page) {
      const { text, values } = selectOf(page, { quote, place: '?' });
      const [rows] = await connection.query({ sql: text, values: [...values], timeout });
      return rows as SqlRow[];
    },
    close: () => connection.destroy(),
  };
}
