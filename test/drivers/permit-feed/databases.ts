import { execFile, spawn } from 'node:child_process';
import { chownSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';

/** A real server of its own, at a free port of loopback. */
export interface Database {
  readonly port: number;
  /** Statements of its owner, one by one; the rows of the last. */
  readonly run: (...statements: string[]) => Promise<readonly Readonly<Record<string, unknown>>[]>;
  readonly stop: () => Promise<void>;
}

const isRoot = process.getuid?.() === 0;

export async function mariadb(): Promise<Database> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-mariadb-'));
  const [data, socket] = [join(directory, 'data'), join(directory, 'socket')];
  const common = ['--no-defaults', `--datadir=${data}`, ...(isRoot ? ['--user=root'] : [])];
  await promisify(execFile)('mariadb-install-db', [
    ...common,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const port = await freePort();
  const settings = [`--socket=${socket}`, `--port=${port}`, '--bind-address=127.0.0.1', '--innodb-buffer-pool-size=8M'];
  const stop = start('mariadbd', [...common, ...settings], directory);
  const open = () => createConnection({ socketPath: socket, user: 'root' });
  return {
    port,
    stop,
    run: async (...statements) => {
      const connection = await patiently(open);
      let rows: unknown = [];
      for (const statement of statements) [rows] = await connection.query(statement);
      await connection.end();
      return rows as Readonly<Record<string, unknown>>[];
    },
  };
}

export async function postgres(): Promise<Database> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-postgres-'));
  const [bin = ''] = globSync('/usr/lib/postgresql/*/bin');
  const data = join(directory, 'data');
  mkdirSync(data);
  // It refuses to run as root.
  const owner = isRoot ? await idsOf('postgres') : {};
  if (owner.uid !== undefined && owner.gid !== undefined)
    for (const path of [directory, data]) chownSync(path, owner.uid, owner.gid);
  await promisify(execFile)(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    owner,
  );
  const port = await freePort();
  const settings = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${directory}`,
    '-c',
    'fsync=off',
  ];
  const stop = start(join(bin, 'postgres'), ['-D', data, '-p', `${port}`, ...settings], directory, owner);
  return {
    port,
    stop,
    run: async (...statements) => {
      const client = await patiently(async () => {
        const made = new Client({ host: '127.0.0.1', port, user: 'owner', database: 'postgres' });
        await made.connect();
        return made;
      });
      let rows: readonly Readonly<Record<string, unknown>>[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      await client.end();
      return rows;
    },
  };
}

interface Ids {
  readonly uid?: number;
  readonly gid?: number;
}

async function idsOf(user: string): Promise<Ids> {
  const of = async (flag: string) => Number((await promisify(execFile)('id', [flag, user])).stdout);
  return { uid: await of('-u'), gid: await of('-g') };
}

function start(program: string, args: readonly string[], directory: string, owner: Ids = {}): () => Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore', ...owner });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
    rmSync(directory, { recursive: true, force: true });
  };
  onTestFinished(stop);
  return stop;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Until the server is up. */
async function patiently<T>(open: () => Promise<T>): Promise<T> {
  for (let left = 200; ; left -= 1)
    try {
      return await open();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
}
