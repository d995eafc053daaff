import path from 'node:path';
import { OPCUACertificateManager } from 'node-opcua-certificate-manager';
import { MessageSecurityMode, OPCUAClient, SecurityPolicy } from 'node-opcua-client';
import type { ClientSecureChannelLayer, ClientSession, StatusCode } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';
import { DeadlineError, ServiceError, asSourceError, messageOf, within } from './faults.ts';
import { assertReadOnly } from './read-only.ts';
import type { OpcuaOptions } from './schema.ts';

/** What every request of the library is, as far as it is needed here. */
export interface ServiceRequest {
  readonly requestHeader: { timeoutHint: number; authenticationToken: unknown };
}

interface ServiceResponse {
  readonly responseHeader: { readonly serviceResult: StatusCode };
}

/**
 * One secure channel with one session on it. It is made once, lost once and never repaired: repairing belongs to the
 * supervisor, who makes a new one.
 */
export interface UaConnection {
  readonly endpoint: string;
  readonly session: ClientSession;
  /**
   * Sends a request and waits for its answer. Only requests that read are let through.
   *
   * @param what - what is being done, as it shall stand in an error: `read values of 500 nodes`
   * @throws ServiceError when the server refuses, DeadlineError when it does not answer, SourceError when the link is gone
   */
  readonly request: <Response>(request: ServiceRequest, what: string, timeoutMs?: number) => Promise<Response>;
  /** Rejects with a SourceError when the link is gone; never resolves. */
  readonly lost: Promise<never>;
  /** Ends session and socket; bounded, whatever the server does. */
  readonly release: () => Promise<void>;
}

export interface ConnectionPlace {
  readonly source: string;
  readonly stateDir: string;
  /** Aborted when the driver is unsubscribed. */
  readonly signal: AbortSignal;
}

/** How long a server may take to take leave of us, before its socket is cut. */
const FAREWELL_MS = 1000;

/** The library's own client, with the transport entry that its public type leaves out. */
interface Transacting {
  performMessageTransaction(
    request: ServiceRequest,
    callback: (error: unknown, response?: ServiceResponse) => void,
  ): void;
}

export async function openConnection(options: OpcuaOptions, place: ConnectionPlace): Promise<UaConnection> {
  const { signal } = place;
  const { endpoint } = options;
  const client = createClient(options, place);
  const channels = new Set<ClientSecureChannelLayer>();
  client.on('secure_channel_created', (channel) => channels.add(channel));

  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  const lose = (error: SourceError): void => end.reject(error);
  let doing = `connect to ${endpoint}`;
  client.on('connection_lost', () => lose(new SourceError(`${endpoint}: the connection was lost`)));
  client.on('close', (error) =>
    lose(new SourceError(`${endpoint}: the connection was closed${error ? `: ${messageOf(error)}` : ''}`)),
  );
  const onAbort = (): void => lose(new SourceError(`${endpoint}: stopped`));
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();

  const release = async (session?: ClientSession): Promise<void> => {
    signal.removeEventListener('abort', onAbort);
    try {
      if (session) await within(FAREWELL_MS, 'close session', session.close(true));
      await within(FAREWELL_MS, 'disconnect', client.disconnect());
    } catch {
      // A server that can't say goodbye is left without one: the socket is cut below.
    } finally {
      for (const channel of channels) cut(channel);
    }
  };

  try {
    await within(options.connectTimeout, doing, Promise.race([client.connect(endpoint), end.promise]));
    doing = `create a session on ${endpoint}`;
    const session = await within(options.connectTimeout, doing, Promise.race([client.createSession2(), end.promise]));
    return {
      endpoint,
      session,
      lost: end.promise,
      release: () => release(session),
      request: <Response>(request: ServiceRequest, what: string, timeoutMs = options.requestTimeout) => {
        assertReadOnly(request);
        request.requestHeader.authenticationToken = session.authenticationToken;
        const answer = transact<Response>(client as unknown as Transacting, request, { what, timeoutMs });
        return Promise.race([answer, end.promise]);
      },
    };
  } catch (error) {
    await release();
    throw asSourceError(error, doing);
  }
}

function createClient(options: OpcuaOptions, place: ConnectionPlace): OPCUAClient {
  return OPCUAClient.create({
    applicationName: 'Firewatch',
    clientName: `firewatch-${place.source}`,
    endpointMustExist: false,
    securityMode: MessageSecurityMode.None,
    securityPolicy: SecurityPolicy.None,
    // The library's own reconnection stays on the namespace indices of the session before and would deliver other tags.
    connectionStrategy: { maxRetry: 0, initialDelay: 100, maxDelay: 100 },
    keepSessionAlive: false,
    // The library cuts a socket that is idle for so long, keep-alives or not; silence is the watchdog's to judge.
    transportTimeout: Math.max(60_000, 4 * options.keepAlive),
    requestedSessionTimeout: options.sessionTimeout,
    clientCertificateManager: new OPCUACertificateManager({
      rootFolder: path.join(place.stateDir, 'pki'),
      automaticallyAcceptUnknownCertificate: false,
      disableFileWatchers: true,
    }),
  });
}

/**
 * One request on the client's channel, beside the library's session object: that one would make itself a new session
 * when the server no longer knows ours, and go on with the old namespace indices.
 */
function transact<Response>(
  client: Transacting,
  request: ServiceRequest,
  { what, timeoutMs }: { readonly what: string; readonly timeoutMs: number },
): Promise<Response> {
  request.requestHeader.timeoutHint = timeoutMs;
  const answer = new Promise<Response>((resolve, reject) => {
    client.performMessageTransaction(request, (error, response) => {
      const result = (response ?? (error as { response?: ServiceResponse } | null)?.response)?.responseHeader
        .serviceResult;
      if (result?.isBad()) reject(new ServiceError(what, result));
      else if (error || !response) reject(new Error(`${what}: ${messageOf(error)}`, { cause: error }));
      else resolve(response as Response);
    });
  });
  return within(timeoutMs, what, answer).catch((error: unknown) => {
    throw error instanceof ServiceError || error instanceof DeadlineError ? error : asSourceError(error, what);
  });
}

function cut(channel: ClientSecureChannelLayer): void {
  channel.abortConnection(() => channel.dispose());
}
