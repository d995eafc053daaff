import type { DriverContext } from '#drivers/driver.ts';
import { SourceError } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { openConnection } from './connection.ts';
import type { UaConnection } from './connection.ts';
import { dialTo, waysTo } from './dial.ts';
import { asSourceError } from './faults.ts';
import { loginPauseMs } from './login-pause.ts';
import type { Outside } from './outside.ts';
import { LoginRefused } from './refused-by-server.ts';
import { listenFor } from './reverse.ts';
import type { OpcuaOptions } from './schema.ts';

/** A connection, and how it came about where that is worth an event. */
export interface Connected {
  readonly connection: UaConnection;
  readonly failover?: string;
}

/** Opens the connection on the first way that works. Every way is tried once; trying again is the supervisor's. */
export async function connect(
  options: OpcuaOptions,
  context: DriverContext<OpcuaAddress>,
  outside: Outside,
): Promise<Connected> {
  const { memory } = outside;
  try {
    const connected = options.reverse
      ? { connection: await waitForCall(options, options.reverse, { context, outside }) }
      : await dialInTurn(options, context, outside);
    memory.refusedLogins = 0;
    return connected;
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    memory.refusedLogins = (memory.refusedLogins ?? 0) + 1;
    throw new SourceError(error.message, { cause: error, retryAfterMs: loginPauseMs(memory.refusedLogins) });
  }
}

async function dialInTurn(
  options: OpcuaOptions,
  context: DriverContext<OpcuaAddress>,
  { emit, signal, memory }: Outside,
): Promise<Connected> {
  const errors: SourceError[] = [];
  const ways = waysTo(options, memory.firstChoice);
  for (const [index, endpoint] of ways.entries()) {
    emit({ type: 'status', state: 'connecting', reason: `connecting to ${endpoint}` });
    try {
      const connection = await openConnection(options, { context, signal, dial: dialTo(endpoint) });
      const before = memory.served;
      memory.firstChoice = endpoint;
      memory.served = endpoint;
      const isFailover = before === undefined ? errors.length > 0 : before !== endpoint;
      return isFailover ? { connection, failover: failoverText(endpoint, before, errors) } : { connection };
    } catch (error) {
      // The partner server mostly asks the same accounts: it gets its turn at the next attempt.
      if (error instanceof LoginRefused) memory.firstChoice = ways[(index + 1) % ways.length] ?? endpoint;
      if (error instanceof LoginRefused) throw error;
      errors.push(asSourceError(error, endpoint));
      if (signal.aborted) break;
    }
  }
  const [only, ...others] = errors;
  if (only && others.length === 0) throw only;
  throw new SourceError(`no server of ${errors.length} answers: ${errors.map(({ message }) => message).join('; ')}`, {
    cause: new AggregateError(errors),
    retryAfterMs: Math.min(...errors.map(({ retryAfterMs }) => retryAfterMs)),
  });
}

const failoverText = (endpoint: string, before: string | undefined, errors: readonly SourceError[]): string =>
  [
    `Values come from ${endpoint} now${before === undefined ? '' : `, before from ${before}`}`,
    ...errors.map(({ message }) => message),
  ].join('; ');

async function waitForCall(
  options: OpcuaOptions,
  reverse: NonNullable<OpcuaOptions['reverse']>,
  { context, outside }: { readonly context: DriverContext<OpcuaAddress>; readonly outside: Outside },
): Promise<UaConnection> {
  outside.emit({ type: 'status', state: 'connecting', reason: `waiting at ${reverse.listen} for the server to call` });
  const { dial, release } = listenFor(reverse, context);
  try {
    const connection = await openConnection(options, { context, signal: outside.signal, dial });
    return {
      ...connection,
      async release() {
        await connection.release();
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}
