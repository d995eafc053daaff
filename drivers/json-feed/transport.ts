import type { DriverContext } from '../driver.ts';
import { subscribeMqtt } from '../mqtt-subscription/mqtt-subscription.ts';
import { mqttTarget } from '../mqtt-subscription/target.ts';
import { openWebSocket } from '../web-socket/web-socket.ts';
import { listenHttp } from './http-ingest.ts';
import type { JsonTransport } from './schema.ts';
import { openLines } from './tcp-lines.ts';

/** What became of a message; a transport that can answer says so. */
export type Taken = 'taken' | 'refused' | 'dropped';

export interface TransportListener {
  readonly opened: (isSimulated: boolean) => void;
  readonly message: (text: string) => Taken;
  /** Something came that is no message at all. */
  readonly refuse: (reason: string) => void;
  readonly lost: (reason: string, retryAfterMs?: number) => void;
}

type Context = Pick<DriverContext<unknown>, 'source' | 'share'>;

/** Connects or listens at once. Returns what releases it. */
export function openTransport(transport: JsonTransport, context: Context, listener: TransportListener): () => void {
  switch (transport.kind) {
    case 'mqtt':
      return subscribeMqtt(mqttTarget(transport, transport.topics, context.source), {
        subscribed: () => listener.opened(false),
        message: (payload) => listener.message(payload.toString('utf8')),
        lost: listener.lost,
      });
    case 'web-socket': {
      const { url, protocol, token, ca, connectTimeout, silence, maxMessage } = transport;
      const target = {
        url,
        ...(protocol !== undefined && { protocols: [protocol] }),
        ...(token && { headers: { authorization: `Bearer ${token.reveal()}` } }),
        ...(ca && { ca: ca.reveal() }),
        connectTimeoutMs: connectTimeout,
        silenceMs: silence,
        maxMessageBytes: maxMessage,
      };
      const socket = openWebSocket(target, {
        opened: listener.opened,
        text: listener.message,
        bytes: (bytes) => listener.message(bytes.toString('utf8')),
        lost: listener.lost,
      });
      return () => socket.close();
    }
    case 'http':
      return listenHttp(transport, context, listener);
    case 'tcp':
      return openLines(transport, listener);
    default:
      return transport satisfies never;
  }
}
