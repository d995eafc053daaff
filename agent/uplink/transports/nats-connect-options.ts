import { credsAuthenticator, type ConnectionOptions } from '@nats-io/transport-node';
import type { NatsServerOptions } from '#agent/model/receiver.ts';
import { pem } from './pem.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const PING_MS = 10_000;
const PINGS_UNANSWERED_MAX = 2;

/** Options under which the client never reconnects: one client is one connection. Secrets are read anew each time. */
export function natsConnectOptions(options: NatsServerOptions): ConnectionOptions {
  const { url, otherUrls, name, username, password, token, credentials } = options;
  return {
    servers: [url, ...otherUrls],
    name,
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: CONNECT_TIMEOUT_MS,
    pingInterval: PING_MS,
    maxPingOut: PINGS_UNANSWERED_MAX,
    tls: tlsOf(options),
    ...(username === undefined ? {} : { user: username }),
    ...(password === undefined ? {} : { pass: password.reveal() }),
    ...(token === undefined ? {} : { token: token.reveal() }),
    ...(credentials === undefined
      ? {}
      : { authenticator: credsAuthenticator(new TextEncoder().encode(credentials.reveal())) }),
  };
}

/** With settings the client insists on TLS; null: none, unless the server does. */
function tlsOf({ url, tls = {} }: NatsServerOptions): NonNullable<ConnectionOptions['tls']> | null {
  if (!url.startsWith('tls:')) return null;
  const { ca, cert, key, serverName } = tls;
  const made = {
    ...(ca === undefined ? {} : { ca: pem(ca) }),
    ...(cert === undefined ? {} : { cert: pem(cert) }),
    ...(key === undefined ? {} : { key: pem(key.reveal()) }),
    // Handed on to node, which otherwise compares the certificate of a server without a name to "localhost".
    ...(serverName === undefined ? { host: new URL(url).hostname } : { servername: serverName }),
  };
  return made;
}
