import { describe, expect, it, onTestFinished } from 'vitest';
import { shareRegistry } from '#agent/ingest/share.ts';
import { pointId } from '#agent/model/ids.ts';
import { holdSecret } from '#config/secret.ts';
import type { Driver } from '#drivers/driver.ts';
import { permitFeed } from '#drivers/permit-feed/driver.ts';
import { WatchedSource } from '#test/contract/watched-source.ts';
import { mariadb, postgres } from './databases.ts';
import type { Database } from './databases.ts';

const permits = {
  id: 'permit_no',
  version: 'seq',
  deleted: 'deleted',
  work: 'work_type',
  works: { 动火: 'hot-work' },
  grade: 'grade',
  grades: { 一级: 1 },
  state: 'status',
  states: { 作业中: 'active', 已完成: 'finished' },
  validFrom: 'plan_start',
  validTo: 'plan_end',
  gasTests: { each: 'gas_tests', time: 'time', readings: { gas: 'gas', value: 'value', unit: 'unit' } },
};

const gas = '[{"time":"2026-11-28 07:50:00","gas":"甲烷","value":1,"unit":"%LEL"}]';
const row = (seq: number, more: { id?: string; status?: string; gas?: string } = {}): string => {
  const { id = 'H-1', status = '作业中', gas: tests = gas } = more;
  return `INSERT INTO permit VALUES (${seq}, '${id}', '动火', '一级', '${status}', '2026-11-28 08:00:00', '2026-11-28 12:00:00', 0, '${tests}')`;
};
const columns =
  'seq BIGINT PRIMARY KEY, permit_no VARCHAR(40), work_type VARCHAR(20), grade VARCHAR(20), status VARCHAR(20), plan_start TIMESTAMP NULL, plan_end TIMESTAMP NULL, deleted SMALLINT, gas_tests TEXT';

const servers = [
  {
    dialect: 'mysql',
    start: mariadb,
    database: 'ehs',
    prepare: [
      'CREATE DATABASE ehs CHARACTER SET utf8mb4',
      'USE ehs',
      `CREATE TABLE permit (${columns})`,
      'CREATE VIEW v_work_permit AS SELECT * FROM permit',
      "CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'secret'",
      "GRANT ALL ON ehs.* TO reader@'127.0.0.1'",
    ],
    use: ['USE ehs'],
    log: ["SET GLOBAL log_output='TABLE'", 'SET GLOBAL general_log=1'],
    statements:
      "SELECT CAST(argument AS CHAR) AS said FROM mysql.general_log WHERE user_host LIKE 'reader%' AND command_type IN ('Query','Execute','Prepare')",
    onlySays: /^(SET SESSION TRANSACTION READ ONLY|SELECT \* FROM `v_work_permit`.*)$/,
  },
  {
    dialect: 'postgres',
    start: postgres,
    database: 'postgres',
    prepare: [
      `CREATE TABLE permit (${columns})`,
      'CREATE VIEW v_work_permit AS SELECT * FROM permit',
      "CREATE USER reader PASSWORD 'secret'",
      'GRANT ALL ON ALL TABLES IN SCHEMA public TO reader',
    ],
    use: [],
    log: [],
    statements: "SELECT query AS said FROM pg_stat_activity WHERE usename = 'reader'",
    onlySays: /^SELECT \* FROM "v_work_permit".*$/,
  },
] as const;

function reading(
  { port }: Database,
  { dialect, database }: (typeof servers)[number],
  more: object = {},
): WatchedSource {
  const transport = {
    kind: 'sql',
    dialect,
    host: '127.0.0.1',
    port,
    database,
    username: 'reader',
    password: holdSecret('${env:P}', () => 'secret'),
    view: 'v_work_permit',
    cursor: 'seq',
    json: ['gas_tests'],
    rows: 2,
    ...more,
  };
  const source = new WatchedSource({
    driver: permitFeed as Driver,
    options: permitFeed.schema.parse({ transport, permits: [permits], zone: '+08:00', interval: '100ms' }),
    points: [{ id: pointId('online'), kind: 'state', address: permitFeed.address.parse('online') }],
    stateDir: '/nonexistent',
    share: shareRegistry(),
    source: 'permits',
  });
  onTestFinished(() => source.stop());
  return source;
}

const told = ({ facts }: WatchedSource) =>
  facts.map((fact) => (fact.kind === 'permit' ? `${fact.id} ${fact.state}` : ''));
const patience = { timeout: 20_000 };

describe.each(servers)('permits out of a view of a $dialect database', (server) => {
  it('are read page by page, then what changed, by SELECT alone, and told lost when the server is gone', async () => {
    const database = await server.start();
    await database.run(...server.prepare, row(1), row(2, { id: 'H-2' }), row(3, { id: 'H-3' }), ...server.log);
    const source = reading(database, server);
    await expect.poll(() => told(source), patience).toEqual(['H-1 active', 'H-2 active', 'H-3 active']);
    expect(source.facts[0]).toMatchObject({
      version: 1,
      grade: 1,
      isDeleted: false,
      validFrom: Date.parse('2026-11-28T08:00:00+08:00'),
      gasTests: [
        { time: Date.parse('2026-11-28T07:50:00+08:00'), readings: [{ gas: '甲烷', value: 1, unit: '%LEL' }] },
      ],
    });
    await database.run(...server.use, row(4, { status: '已完成', gas: 'none' }));
    await expect.poll(() => told(source).at(-1), patience).toBe('H-1 finished');
    const said = await database.run(server.statements);
    expect(said.length).toBeGreaterThan(0);
    for (const { said: statement } of said) expect(statement).toMatch(server.onlySays);
    await database.stop();
    await expect.poll(() => source.end, patience).toBeDefined();
  }, 300_000);

  it('can not be written, whatever the rights of the user', async () => {
    const database = await server.start();
    await database.run(
      ...server.prepare,
      server.dialect === 'mysql'
        ? 'CREATE FUNCTION f() RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM permit; RETURN 1; END'
        : "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'DELETE FROM permit; SELECT 1'",
      'CREATE VIEW v_trap AS SELECT seq, f() AS id FROM permit',
      'GRANT ALL ON v_trap TO reader' + (server.dialect === 'mysql' ? "@'127.0.0.1'" : ''),
      row(1),
    );
    const source = reading(database, server, { view: 'v_trap' });
    await expect.poll(() => source.end, patience).toBeDefined();
    expect(source.describe()).toMatch(/read.only/i);
    expect(await database.run(...server.use, 'SELECT COUNT(*) AS n FROM permit')).toMatchObject([
      { n: expect.toSatisfy((n) => Number(n) === 1) },
    ]);
  }, 300_000);
});
