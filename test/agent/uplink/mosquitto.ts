import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeze, pidOf } from './freeze.ts';

/** A real broker. */
export interface Mosquitto {
  readonly port: number;
  readonly url: string;
  readonly directory: string;
  /** Stops it where it stands; returns when it does. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends it with this signal and waits until it is gone. */
  kill(name: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Further lines of the configuration; `DIR` stands for the broker's own directory. */
  readonly lines?: readonly string[];
  /** Files in that directory. */
  readonly files?: Readonly<Record<string, string>>;
  readonly port?: number;
}

export async function startMosquitto({
  lines = [],
  files = {},
  port: given,
}: MosquittoOptions = {}): Promise<Mosquitto> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-mosquitto-'));
  const port = given ?? (await freePort());
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text, { mode: 0o644 });
  const configuration = [
    `listener ${port} 127.0.0.1`,
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    ...(lines.some((line) => line.startsWith('allow_anonymous')) ? [] : ['allow_anonymous true']),
    ...lines.map((line) => line.replaceAll('DIR', directory)),
  ];
  // It opens them one after another.
  const ports = configuration.flatMap((line) => /^listener (\d+)/.exec(line)?.[1] ?? []).map(Number);
  const file = join(directory, 'mosquitto.conf');
  writeFileSync(file, `${configuration.join('\n')}\n`);
  let child: ChildProcess | undefined;

  const kill = async (name: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(name);
    await gone;
  };
  const start = async (): Promise<void> => {
    const started = spawn('/usr/sbin/mosquitto', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let complaints = '';
    started.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
    await until(() => {
      if (started.exitCode !== null) throw new Error(`mosquitto ended: ${complaints}`);
      return Promise.all(ports.map(accepts)).then((all) => all.every(Boolean));
    });
  };
  await start();
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    directory,
    freeze: () => freeze(pidOf(child)),
    thaw: () => void child?.kill('SIGCONT'),
    kill,
    start,
    async stop() {
      child?.kill('SIGCONT');
      await kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition; fails with what was seen last. */
export async function until(
  isTrue: () => boolean | Promise<boolean>,
  what: () => unknown = () => '',
  withinMs = 75_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await isTrue())) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(what())}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether anything listens there. */
export const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
