import type { StatusCode } from 'node-opcua-client';
import { SourceError } from '#drivers/driver.ts';

/** The server answered, and its answer to the whole request was no. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** The code's name in OPC 10000-6 Annex A, e.g. `BadTooManyOperations`. */
  readonly status: string;
  /** The whole u32. */
  readonly code: number;

  constructor(what: string, statusCode: StatusCode) {
    super(`${what}: the server refused with ${statusCode.name} (${statusCode.description})`);
    this.status = statusCode.name;
    this.code = statusCode.value;
  }
}

/** The server did not answer in time. The connection may still be good: who asked decides. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';

  constructor(what: string, timeoutMs: number) {
    super(`${what}: no reply within ${timeoutMs} ms`);
  }
}

/** The promise's outcome, or a DeadlineError. The loser is left behind with its error swallowed. */
export async function within<T>(timeoutMs: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(what, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([promise, deadline]);
  } finally {
    clearTimeout(timer);
  }
}

/** What ends a connection, as the supervisor wants it. */
export const asSourceError = (error: unknown, doing: string): SourceError =>
  error instanceof SourceError ? error : new SourceError(`${doing}: ${messageOf(error)}`, { cause: error });

/** First line, one sentence: the library's messages bring advice and line breaks of their own. */
export const messageOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ');

/** A subscription no longer delivers although the connection may be good; the ladder says what is tried next. */
export class SubscriptionLost extends Error {
  override readonly name: string = 'SubscriptionLost';
}

/** The server no longer knows our session; nothing that is asked in it will be answered. */
export class SessionLost extends SubscriptionLost {
  override readonly name = 'SessionLost';
}

const sessionGone = new Set(['BadSessionIdInvalid', 'BadSessionClosed', 'BadSessionNotActivated']);
const subscriptionGone = new Set(['BadSubscriptionIdInvalid', 'BadNoSubscription']);

/** What a refusal of a whole request means: for this request alone, or for everything that hangs on the session. */
export function refusalOf(what: string, statusCode: StatusCode): ServiceError | SubscriptionLost {
  const refusal = new ServiceError(what, statusCode);
  if (sessionGone.has(refusal.status)) return new SessionLost(refusal.message, { cause: refusal });
  if (subscriptionGone.has(refusal.status)) return new SubscriptionLost(refusal.message, { cause: refusal });
  return refusal;
}

/** The namespace table changed: no value can be told apart until every address is resolved anew. */
export class NamespaceChange extends Error {
  override readonly name = 'NamespaceChange';
}
