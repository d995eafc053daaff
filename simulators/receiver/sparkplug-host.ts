import { connect, type MqttClient } from 'mqtt';
import { readSparkplugPayload, writeSparkplugCommand } from './sparkplug-payload.ts';
import { type HostValue, sparkplugRules, type SparkplugRules } from './sparkplug-rules.ts';

/** A host application of Sparkplug B 3.0 that watches one edge node and keeps all that it was told. */
export interface SparkplugHost {
  readonly values: readonly HostValue[];
  readonly rules: SparkplugRules;
  /** Kinds of messages in the order of their arrival. */
  readonly kinds: readonly string[];
  say(state: 'online' | 'offline'): Promise<void>;
  askForRebirth(): void;
  /** Any command, as bytes. */
  command(payload: Buffer, device?: string): void;
  stop(): Promise<void>;
}

export interface SparkplugHostOptions {
  readonly url: string;
  readonly group: string;
  readonly node: string;
  /** Says by STATE that it is there; absent: it only listens. */
  readonly hostId?: string;
}

const RECONNECT_MS = 20;

/** Resolves once it listens. It connects again by itself, asks for a birth where it missed one, and keeps its STATE. */
export async function startSparkplugHost({ url, group, node, hostId }: SparkplugHostOptions): Promise<SparkplugHost> {
  const values: HostValue[] = [];
  const kinds: string[] = [];
  const rules = sparkplugRules();
  const stateTopic = `spBv1.0/STATE/${hostId}`;
  const stateOf = (online: boolean): string => JSON.stringify({ online, timestamp: Date.now() });
  const client: MqttClient = connect(url, {
    protocolVersion: 5,
    reconnectPeriod: RECONNECT_MS,
    clientId: `host-${hostId ?? 'listener'}-${process.pid}-${Math.random().toString(36).slice(2, 8)}`,
    ...(hostId === undefined
      ? {}
      : { will: { topic: stateTopic, payload: Buffer.from(stateOf(false)), qos: 1, retain: true } }),
  });
  client.on('error', () => undefined);
  const command = (payload: Buffer, device?: string): void => {
    const topic = device === undefined ? `NCMD/${node}` : `DCMD/${node}/${device}`;
    client.publish(`spBv1.0/${group}/${topic}`, payload, { qos: 0 });
  };
  const askForRebirth = (): void => command(writeSparkplugCommand('Node Control/Rebirth', true, Date.now()));
  const say = async (state: 'online' | 'offline'): Promise<void> => {
    await client.publishAsync(stateTopic, stateOf(state === 'online'), { qos: 1, retain: true });
  };
  client.on('message', (topic, payload) => {
    const [, , kind = '', , device] = topic.split('/');
    if (kind.endsWith('CMD')) return;
    kinds.push(kind);
    values.push(...rules.take(kind, device, readSparkplugPayload(payload)));
    if (rules.needsBirth) askForRebirth();
  });
  client.on('close', () => rules.forget());
  const listen = async (): Promise<void> => {
    await client.subscribeAsync([`spBv1.0/${group}/+/${node}`, `spBv1.0/${group}/+/${node}/+`], { qos: 1 });
    if (hostId !== undefined) await say('online');
  };
  await new Promise<void>((resolve) => {
    client.on('connect', () => void listen().then(resolve, () => undefined));
  });
  return {
    values,
    rules,
    kinds,
    say,
    askForRebirth,
    command,
    stop: () => client.endAsync(true),
  };
}
