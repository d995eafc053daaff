import type { DriverContext } from '#drivers/driver.ts';
import { SourceError } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import { openConnection } from './connection.ts';
import type { UaConnection } from './connection.ts';
import { dialTo, listenFor, waysTo } from './dial.ts';
import { asSourceError } from './faults.ts';
import { loginPauseMs } from './login-pause.ts';
import type { Outside } from './outside.ts';
import { LoginRefused } from './refused-by-server.ts';
import type { OpcuaOptions } from './schema.ts';

/** Opens the connection on the first way that works. Every way is tried once; trying again is the supervisor's. */
export async function connect(
  options: OpcuaOptions,
  context: DriverContext<OpcuaAddress>,
  outside: Outside,
): Promise<UaConnection> {
  if (options.reverse) return waitForCall(options, options.reverse, { context, outside });
  const { emit, signal, memory } = outside;
  const errors: SourceError[] = [];
  const ways = waysTo(options, memory.firstChoice);
  for (const [index, endpoint] of ways.entries()) {
    emit({ type: 'status', state: 'connecting', reason: `connecting to ${endpoint}` });
    try {
      const connection = await openConnection(options, { context, signal, dial: dialTo(endpoint) });
      memory.firstChoice = endpoint;
      memory.refusedLogins = 0;
      return connection;
    } catch (error) {
      if (error instanceof LoginRefused) {
        // The partner server mostly asks the same accounts: it gets its turn at the next attempt.
        memory.firstChoice = ways[(index + 1) % ways.length] ?? endpoint;
        memory.refusedLogins = (memory.refusedLogins ?? 0) + 1;
        throw new SourceError(error.message, { cause: error, retryAfterMs: loginPauseMs(memory.refusedLogins) });
      }
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
