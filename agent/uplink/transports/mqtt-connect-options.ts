import { type IClientOptions, type Packet, Store } from 'mqtt';
import type { MqttBrokerOptions, TlsOptions } from '#agent/model/receiver.ts';
import { pem } from './pem.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_MIN_S = 1;
const KEEPALIVE_MAX_S = 65_535;

/** Options under which mqtt.js keeps nothing and never reconnects: one client is one connection. */
export const connectOptions = (
  options: MqttBrokerOptions,
  will: Omit<NonNullable<IClientOptions['will']>, 'qos'>,
): IClientOptions => ({
  protocolVersion: options.version === 5 ? 5 : 4,
  clean: true,
  reconnectPeriod: 0,
  resubscribe: false,
  queueQoSZero: false,
  outgoingStore: new ForgetfulStore(),
  connectTimeout: CONNECT_TIMEOUT_MS,
  clientId: options.clientId,
  keepalive: Math.min(KEEPALIVE_MAX_S, Math.max(KEEPALIVE_MIN_S, Math.round(options.keepaliveMs / 1000))),
  ...(options.username === undefined ? {} : { username: options.username }),
  ...(options.password === undefined ? {} : { password: options.password.reveal() }),
  ...(options.version === 5 ? { properties: { sessionExpiryInterval: 0 } } : {}),
  will: { ...will, qos: 1 },
  ...tls(options.tls),
});

function tls(options: TlsOptions | undefined): IClientOptions {
  if (!options) return {};
  const { ca, cert, key, serverName } = options;
  // Of the WebSocket's own options mqtt.js fills in the certificates, not the name.
  const wsOptions = { handshakeTimeout: CONNECT_TIMEOUT_MS, servername: serverName };
  return {
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key.reveal()) }),
    ...(serverName === undefined ? {} : { servername: serverName, wsOptions }),
  };
}

/** mqtt.js keeps each message to send it again after a reconnect; here that is the journal's part. */
class ForgetfulStore extends Store {
  override put(_packet: Packet, done: (error?: Error) => void): this {
    done();
    return this;
  }

  override del(packet: Pick<Packet, 'messageId'>, done: (error?: Error, packet?: Packet) => void): this {
    done(undefined, packet as Packet);
    return this;
  }
}
