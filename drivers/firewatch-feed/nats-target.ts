import { credsAuthenticator } from '@nats-io/transport-node';
import type { NatsTarget } from './nats-consumer.ts';
import type { FirewatchFeedOptions } from './schema.ts';

/** What the options say, secrets read now. */
export function natsTarget(options: FirewatchFeedOptions, source: string): NatsTarget {
  const { url, user, password, ca, nats, topicPrefix, site } = options;
  // Handed on to node, which otherwise compares the certificate of a server without a name to "localhost".
  const tls = { host: new URL(url).hostname, ...(ca && { ca: ca.reveal() }) };
  return {
    url,
    connection: {
      servers: [url, ...(nats?.otherUrls ?? [])],
      name: `firewatch-${source}`,
      ignoreClusterUpdates: true,
      timeout: options.connectTimeout,
      pingInterval: options.silence / 2,
      maxPingOut: 1,
      tls: url.startsWith('tls:') ? tls : null,
      ...(user !== undefined && { user }),
      ...(password && { pass: password.reveal() }),
      ...(nats?.token && { token: nats.token.reveal() }),
      ...(nats?.credentials && {
        authenticator: credsAuthenticator(new TextEncoder().encode(nats.credentials.reveal())),
      }),
    },
    ...(nats?.stream !== undefined && { stream: nats.stream }),
    durable: nats?.durable ?? `firewatch-${source}`,
    subject: `${topicPrefix.replaceAll('/', '.')}.${site}`,
    silenceMs: options.silence,
  };
}
