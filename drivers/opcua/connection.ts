import { MessageSecurityMode, SecurityPolicy } from 'node-opcua-client';
import type { ClientSession, EndpointDescription, StatusCode } from 'node-opcua-client';
import type { DriverContext } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { applicationIdentity, identityOf } from './client-identity.ts';
import { FAREWELL_MS, holdClient } from './client-lifetime.ts';
import type { HeldClient } from './client-lifetime.ts';
import type { Dial } from './dial.ts';
import { discoverCertificate, opened } from './discovery.ts';
import {
  DeadlineError,
  ServiceError,
  SubscriptionLost,
  asSourceError,
  messageOf,
  refusalOf,
  within,
} from './faults.ts';
import { createPace } from './pace.ts';
import { assertReadOnly } from './read-only.ts';
import { refusedByServer } from './refused-by-server.ts';
import type { OpcuaOptions } from './schema.ts';
import type { HowToTrust } from './server-certificate.ts';

/** What every request of the library is, as far as it is needed here. */
interface ServiceRequest {
  readonly requestHeader: { timeoutHint: number; authenticationToken: unknown };
}

interface ServiceResponse {
  readonly responseHeader: { readonly serviceResult: StatusCode };
}

/**
 * One secure channel with a session on it. The channel is made once, lost once and never repaired: that belongs to the
 * supervisor, who makes a new one.
 */
export interface UaConnection {
  readonly endpoint: string;
  /** The server's certificate chain (DER); empty where it has none. */
  readonly serverCertificate: Buffer;
  /**
   * Sends a request and waits for its answer. Only requests that read are let through, at the configured pace.
   *
   * @param what - what is being done, as it shall stand in an error: `read values of 500 nodes`
   * @throws ServiceError when the server refuses, SubscriptionLost when it knows the session or subscription no more,
   *   DeadlineError when it does not answer, SourceError when the link is gone
   */
  readonly request: <Response>(request: ServiceRequest, what: string, timeoutMs?: number) => Promise<Response>;
  /** Closes the session and makes another on the same channel. */
  readonly renewSession: () => Promise<void>;
  /** Rejects with a SourceError when the link is gone; never resolves. */
  readonly lost: Promise<never>;
  /** Ends session and socket; bounded, whatever the server does. */
  readonly release: () => Promise<void>;
}

export interface ConnectionPlace {
  readonly context: Pick<DriverContext<OpcuaAddress>, 'source' | 'stateDir' | 'clock' | 'share'>;
  /** Aborted when the driver is unsubscribed. */
  readonly signal: AbortSignal;
  readonly dial: Dial;
  /** Default is `firewatch trust` with this source. */
  readonly howToTrust?: HowToTrust;
}

export async function openConnection(options: OpcuaOptions, place: ConnectionPlace): Promise<UaConnection> {
  const { context, signal, dial } = place;
  const { security } = options;
  const { endpoint } = dial;
  const serverCertificate = security.mode === 'None' ? undefined : await discoverCertificate(options, place);
  const held = holdClient(
    {
      clientName: `firewatch-${context.source}`,
      ...(await applicationIdentity(context, security.trustUnknown)),
      securityMode: MessageSecurityMode[security.mode],
      securityPolicy: SecurityPolicy[security.policy],
      requestedSessionTimeout: options.sessionTimeout,
      ...(serverCertificate ? { serverCertificate } : {}),
    },
    { endpoint, signal, idleMs: Math.max(60_000, 4 * options.keepAlive) },
  );
  let doing = `connect to ${endpoint}`;
  const bounded = <T>(promise: Promise<T>): Promise<T> =>
    within(options.connectTimeout, doing, held.loss.during(promise));
  const createSession = (): Promise<ClientSession> => {
    doing = `create a session on ${endpoint}`;
    return bounded(held.client.createSession2(identityOf(options.user)));
  };
  try {
    await opened(dial, held, options.connectTimeout);
    return hold(held, options, { context, endpoint, session: await createSession(), createSession });
  } catch (error) {
    const offered = (): Promise<readonly EndpointDescription[]> =>
      within(FAREWELL_MS, 'ask for the endpoints', held.client.getEndpoints()).catch(() => []);
    const refusal = { endpoint, stateDir: context.stateDir, options, offered };
    const explained = await refusedByServer(asSourceError(error, doing), refusal);
    await held.release();
    throw explained;
  }
}

function hold(
  held: HeldClient,
  options: OpcuaOptions,
  {
    context,
    endpoint,
    session: first,
    createSession,
  }: {
    readonly context: ConnectionPlace['context'];
    readonly endpoint: string;
    readonly session: ClientSession;
    readonly createSession: () => Promise<ClientSession>;
  },
): UaConnection {
  let session = first;
  const pace = createPace(options.requestsPerSecond, context.clock);
  const farewell = (): Promise<void> => within(FAREWELL_MS, 'close the session', session.close(true)).catch(() => {});
  return {
    endpoint,
    serverCertificate: first.serverCertificate ?? Buffer.alloc(0),
    lost: held.loss.happened,
    async request<Response>(request: ServiceRequest, what: string, timeoutMs = options.requestTimeout) {
      assertReadOnly(request);
      // Waiting for notifications costs the server nothing.
      if (request.constructor.name !== 'PublishRequest') await held.loss.during(pace());
      request.requestHeader.authenticationToken = session.authenticationToken;
      const answer = transact<Response>(held.client as unknown as Transacting, request, { what, timeoutMs });
      return await held.loss.during(answer);
    },
    async renewSession() {
      await farewell();
      session = await createSession();
    },
    async release() {
      await farewell();
      await held.release();
    },
  };
}

/** The library's own client, with the transport entry that its public type leaves out. */
interface Transacting {
  performMessageTransaction(
    request: ServiceRequest,
    callback: (error: unknown, response?: ServiceResponse) => void,
  ): void;
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
      const answered = response ?? (error as { response?: ServiceResponse } | null)?.response;
      const result = answered?.responseHeader.serviceResult;
      if (result?.isBad()) reject(refusalOf(what, result));
      else if (error || !response) reject(new Error(`${what}: ${messageOf(error)}`, { cause: error }));
      else resolve(response as Response);
    });
  });
  return within(timeoutMs, what, answer).catch((error: unknown) => {
    const isMeant = [ServiceError, SubscriptionLost, DeadlineError].some((kind) => error instanceof kind);
    throw isMeant ? error : asSourceError(error, what);
  });
}
