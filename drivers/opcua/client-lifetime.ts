import { MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client';
import type { ClientSecureChannelLayer, OPCUAClientOptions } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import { containTransport } from './contain-transport.ts';
import { messageOf, within } from './faults.ts';
import { leanNotifications } from './lean-notifications.ts';
import { createLinkLoss } from './link-loss.ts';
import type { LinkLoss } from './link-loss.ts';

/** How long a server may take to take leave of us, before its socket is cut. */
export const FAREWELL_MS = 1000;

/** A client of the library with its sockets in our hands. */
export interface HeldClient {
  readonly client: OPCUAClient;
  /** A SourceError when the link is gone or the signal says stop. */
  readonly loss: Pick<LinkLoss, 'happened' | 'during'>;
  /** Disconnects, by force when the server does not answer, and gives up the store of certificates. Each bounded by FAREWELL_MS. */
  readonly release: () => Promise<void>;
}

/** Makes a client that never reconnects by itself and can always be got rid of. */
export function holdClient(
  options: OPCUAClientOptions,
  { endpoint, signal, idleMs }: { readonly endpoint: string; readonly signal: AbortSignal; readonly idleMs: number },
): HeldClient {
  containTransport();
  leanNotifications();
  const client = OPCUAClient.create({
    applicationName: 'Firewatch',
    endpointMustExist: false,
    keepSessionAlive: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    // The library's own reconnection stays on the namespace indices of the session before and would deliver other tags.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    // The library cuts a socket that is idle for so long, keep-alives or not; silence is the watchdog's to judge.
    transportTimeout: idleMs,
    ...options,
  });
  const channels = new Set<ClientSecureChannelLayer>();
  client.on('secure_channel_created', (channel) => channels.add(channel));
  const loss = createLinkLoss();
  const lose = (text: string): void => loss.declare(new SourceError(`${endpoint}: ${text}`));
  client.on('connection_lost', () => lose('the connection was lost'));
  client.on('close', (error) => lose(`the connection was closed${error ? `: ${messageOf(error)}` : ''}`));
  const onAbort = (): void => lose('stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  return {
    client,
    loss,
    async release() {
      signal.removeEventListener('abort', onAbort);
      try {
        await within(FAREWELL_MS, 'disconnect', client.disconnect());
      } catch {
        // A server that can't say goodbye is left without one: the socket is cut below.
      } finally {
        for (const channel of channels) channel.abortConnection(() => channel.dispose());
      }
      await within(FAREWELL_MS, 'give up the certificates', disposeOf(options.clientCertificateManager)).catch(
        () => {},
      );
    },
  };
}

/**
 * A client of the library counts itself among the users of its store and, disconnecting, only counts itself out again: a
 * store that its maker does not dispose of, and its private key, stay in the library's list for ever.
 */
async function disposeOf(store: OPCUAClientOptions['clientCertificateManager']): Promise<void> {
  if (!store) return;
  store.referenceCounter = 0;
  await store.dispose();
}
