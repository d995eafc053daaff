import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accepts, freePort, until } from './mosquitto.ts';

/** A real RabbitMQ with its MQTT plugin. */
interface RabbitMq {
  readonly url: string;
  /** Ends it with this signal and waits until it is gone. */
  kill(name: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

export interface RabbitMqCluster {
  readonly nodes: readonly RabbitMq[];
  stop(): Promise<void>;
}

/** A node of Erlang needs some seconds of processor to start. */
const STARTS_WITHIN_MS = 60_000;

/** Nodes on loopback that keep each queue on all of them, with a name server of their own; nothing is left behind. */
export async function startRabbitMq(count: number): Promise<RabbitMqCluster> {
  const home = mkdtempSync(join(tmpdir(), 'firewatch-rabbitmq-'));
  writeFileSync(join(home, '.erlang.cookie'), 'firewatch', { mode: 0o400 });
  const names = Array.from({ length: count }, (_, index) => `n${index}@localhost`);
  const epmdPort = await freePort();
  const epmd = spawn('epmd', ['-port', String(epmdPort), '-address', '127.0.0.1'], { stdio: 'ignore' });
  await until(() => accepts(epmdPort));
  const nodes = await Promise.all(names.map((name) => makeNode({ name, names, home, epmdPort })));
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill('SIGKILL')));
    await end(epmd, 'SIGKILL');
    rmSync(home, { recursive: true, force: true });
  };
  try {
    // The others join the first.
    for (const node of nodes) await node.start();
    for (const { url } of nodes) await until(() => accepts(Number(new URL(url).port)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { nodes, stop };
}

interface NodeParts {
  readonly name: string;
  readonly names: readonly string[];
  readonly home: string;
  readonly epmdPort: number;
}

async function makeNode({ name, names, home, epmdPort }: NodeParts): Promise<RabbitMq> {
  const directory = join(home, name);
  mkdirSync(directory);
  const [port, distributionPort] = [await freePort(), await freePort()];
  const file = (last: string, text: string): string => {
    const path = join(directory, last);
    writeFileSync(path, text);
    return path;
  };
  const definitions = file('definitions.json', JSON.stringify(replicated));
  const configuration = [
    'listeners.tcp = none',
    `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
    'mqtt.allow_anonymous = true',
    'mqtt.default_user = guest',
    'mqtt.default_pass = guest',
    `load_definitions = ${definitions}`,
    'cluster_partition_handling = pause_minority',
    'cluster_formation.discovery_retry_limit = 1',
    'cluster_formation.discovery_retry_interval = 100',
    'cluster_formation.peer_discovery_backend = classic_config',
    ...names.map((each, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${each}`),
  ];
  const environment = {
    PATH: process.env['PATH'],
    HOME: home,
    ERL_EPMD_PORT: String(epmdPort),
    // In the foreground, as the process that is killed.
    RABBITMQ_ALLOW_INPUT: '1',
    RABBITMQ_NODENAME: name,
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', `${configuration.join('\n')}\n`),
    RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf', ''),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins', '[rabbitmq_mqtt].\n'),
    RABBITMQ_MNESIA_BASE: directory,
    RABBITMQ_LOG_BASE: directory,
    RABBITMQ_PID_FILE: join(directory, 'pid'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +sbwt none -start_epmd false',
  };
  let child: ChildProcess | undefined;
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async kill(signal) {
      const ending = child;
      child = undefined;
      if (ending) await end(ending, signal);
    },
    async start() {
      // An Erlang node reads its terminal; this one never says anything.
      const started = spawn('/usr/lib/rabbitmq/bin/rabbitmq-server', {
        env: environment,
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      child = started;
      let said = '';
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (text: Buffer) => (said = `${said}${text.toString()}`.slice(-4_000)));
      const listens = (): Promise<boolean> => {
        if (started.exitCode !== null) throw new Error(`rabbitmq-server ended: ${said}`);
        return accepts(port);
      };
      await until(listens, () => said, STARTS_WITHIN_MS);
    },
  };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  await once(child, 'exit');
}

/** Each queue on every node. */
const replicated = {
  vhosts: [{ name: '/' }],
  users: [{ name: 'guest', password: 'guest', tags: 'administrator' }],
  permissions: [{ user: 'guest', vhost: '/', configure: '.*', write: '.*', read: '.*' }],
  policies: [
    {
      vhost: '/',
      name: 'everywhere',
      pattern: '.*',
      'apply-to': 'queues',
      definition: { 'ha-mode': 'all', 'ha-sync-mode': 'automatic', 'ha-promote-on-failure': 'when-synced' },
    },
  ],
};
