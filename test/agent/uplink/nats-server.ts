import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeze, pidOf } from './freeze.ts';
import { accepts, freePort, until } from './mosquitto.ts';

/** A real NATS server with JetStream. */
export interface NatsServer {
  readonly port: number;
  readonly url: string;
  /** Stops it where it stands; returns when it does. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Ends it with this signal and waits until it is gone. */
  kill(name: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Three servers that keep every message three times. */
export async function startNatsCluster(): Promise<NatsServer[]> {
  const ports = await Promise.all([0, 1, 2].map(() => freePort()));
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(', ');
  return Promise.all(
    ports.map((port, index) =>
      startNatsServer([
        `server_name: n${index}`,
        `cluster { name: c, listen: "127.0.0.1:${port}", routes: [${routes}], no_advertise: true }`,
      ]),
    ),
  );
}

/** @param lines of the configuration; `DIR` stands for the server's own directory, where the files are */
export async function startNatsServer(
  lines: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<NatsServer> {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-nats-'));
  const port = await freePort();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const file = join(directory, 'nats.conf');
  const own = [`listen: "127.0.0.1:${port}"`, `jetstream { store_dir: "${directory}/store" }`];
  writeFileSync(file, [...own, ...lines].join('\n').replaceAll('DIR', directory));
  let child: ChildProcess | undefined;

  const kill = async (name: NodeJS.Signals): Promise<void> => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    ending.kill(name);
    await once(ending, 'exit');
  };
  const start = async (): Promise<void> => {
    const started = spawn('/usr/sbin/nats-server', ['-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    child = started;
    let said = '';
    started.stderr.on('data', (text: Buffer) => (said += text.toString()));
    await until(() => {
      if (started.exitCode !== null) throw new Error(`nats-server ended: ${said}`);
      return accepts(port);
    });
  };
  await start();
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
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
