import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ErrorWithReasonCode, MqttClient, type ISubscriptionMap } from 'mqtt';
import { PacketSize } from './packet-size.ts';

export interface MqttTarget {
  /** mqtt:// or mqtts:// */
  readonly url: string;
  readonly topics: readonly string[];
  readonly version: 4 | 5;
  readonly qos: 0 | 1;
  readonly clientId: string;
  readonly user?: string;
  readonly password?: string;
  /** PEM of the authority that signed the broker's certificate. */
  readonly ca?: string;
  readonly connectTimeoutMs: number;
  /** So long without a sign of the broker, and the connection counts as lost. */
  readonly silenceMs: number;
  /** A longer packet ends the connection. */
  readonly maxMessageBytes: number;
}

export interface MqttListener {
  /** Connected, and every topic is granted. */
  readonly subscribed: () => void;
  readonly message: (payload: Buffer, topic: string) => void;
  /** The connection is gone or could not be made. Told once, never after the release. */
  readonly lost: (reason: string, retryAfterMs?: number) => void;
}

/** Bad user name or password, not authorised: MQTT 3.1.1 (4, 5) and MQTT 5 (134, 135). */
const refusals: ReadonlySet<number> = new Set([4, 5, 134, 135]);
const REFUSED_LOGIN_PAUSE_MS = 60_000;
const PORT = 1883;
const TLS_PORT = 8883;
const GOODBYE_MS = 200;
/** A subscription that was refused is granted this "quality of service", or a reason code above it. */
const REFUSED_QOS = 128;

/** Connects at once, subscribes, listens; never publishes and never reconnects. Returns what releases it. */
export function subscribeMqtt(target: MqttTarget, listener: MqttListener): () => void {
  let isOver = false;
  let socket: Socket | undefined;
  const client = new MqttClient(
    () => {
      socket = dial(target);
      const size = new PacketSize(target.maxMessageBytes);
      socket.on('data', (chunk: Buffer) => {
        if (size.isTooLong(chunk)) lose(`a packet is longer than ${target.maxMessageBytes} bytes`);
      });
      return socket;
    },
    {
      protocolVersion: target.version,
      clean: true,
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      connectTimeout: target.connectTimeoutMs,
      // The client gives up when a ping is unanswered until the next one is due.
      keepalive: Math.max(1, Math.round(target.silenceMs / 2000)),
      clientId: target.clientId,
      ...(target.user !== undefined && { username: target.user }),
      ...(target.password !== undefined && { password: target.password }),
    },
  );

  function lose(reason: string, retryAfterMs?: number): void {
    if (isOver) return;
    isOver = true;
    client.end(true);
    socket?.destroy();
    listener.lost(`${target.url}: ${reason}`, retryAfterMs);
  }

  const subscribe = (): void => {
    const wanted: ISubscriptionMap = Object.fromEntries(target.topics.map((topic) => [topic, { qos: target.qos }]));
    client.subscribe(wanted, (error, granted = []) => {
      if (isOver) return;
      const refused = granted.filter(({ qos }) => qos >= REFUSED_QOS).map(({ topic }) => topic);
      if (error) lose(`subscription refused: ${error.message}`);
      else if (refused.length > 0) lose(`subscription refused: ${refused.join(', ')}`);
      else listener.subscribed();
    });
  };

  client.on('connect', subscribe);
  client.on('message', (topic, payload) => {
    if (!isOver) listener.message(payload, topic);
  });
  client.on('error', (error) => {
    const isRefusal = error instanceof ErrorWithReasonCode && refusals.has(error.code);
    if (isRefusal) lose(`login refused: ${error.message}`, REFUSED_LOGIN_PAUSE_MS);
    else lose(error.message);
  });
  client.on('close', () => lose('closed by the broker, or not answered in time'));

  return () => {
    if (isOver) return;
    isOver = true;
    const cut = setTimeout(() => socket?.destroy(), GOODBYE_MS);
    // A half-made connection has nobody to say goodbye to.
    client.end(!client.connected, () => {
      clearTimeout(cut);
      socket?.destroy();
    });
  };
}

function dial({ url, ca }: MqttTarget): Socket {
  const { protocol, hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  if (protocol === 'mqtt:') return connectTcp({ host, port: Number(port || PORT), noDelay: true });
  // An address is no server name (RFC 6066 §3); it is compared with the certificate all the same.
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ host, port: Number(port || TLS_PORT), ...name, ...(ca !== undefined && { ca }) });
}
