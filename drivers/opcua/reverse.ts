import { ClientReverseConnect } from 'node-opcua-client';
import type { DriverContext, Shared } from '#drivers/driver.ts';
import { SourceError } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import type { Dial } from './dial.ts';
import type { OpcuaOptions } from './schema.ts';

type Reverse = NonNullable<OpcuaOptions['reverse']>;

/**
 * Waits for the server's call. Sources that wait at the same address share one listener; the server's application URI
 * tells whose call it is.
 *
 * @throws SourceError when another source waits there and the calls could not be told apart
 */
export function listenFor(
  reverse: Reverse,
  { source, share }: Pick<DriverContext<OpcuaAddress>, 'source' | 'share'>,
): { readonly dial: Dial; readonly release: () => void } {
  const { listen, serverUri, callWithin } = reverse;
  const shared: Shared<Listener> = share(`opcua-reverse ${listen}`, () => {
    const listener = createListener(listen);
    return { value: listener, dispose: listener.stop };
  });
  const { started, waiting } = shared.value;
  for (const [other, uri] of waiting) {
    if (uri !== undefined && serverUri !== undefined && uri !== serverUri) continue;
    shared.release();
    throw new SourceError(
      `source ${other} also waits at ${listen}, and a call would belong to either; ` +
        'give each a reverse.serverUri of its own, or another address to listen at',
      { retryAfterMs: 30_000 },
    );
  }
  waiting.set(source, serverUri);
  const caller = serverUri === undefined ? 'no server' : `no server with application URI ${serverUri}`;
  return {
    release: () => {
      waiting.delete(source);
      shared.release();
    },
    dial: {
      endpoint: listen,
      withinMs: callWithin,
      lateText:
        `${caller} called at ${listen} within ${callWithin / 1000} s; check that the server is told to call this address, ` +
        'and that the network lets it through',
      async open(client) {
        await client.connectReverse(await started, serverUri === undefined ? {} : { serverUri });
      },
    },
  };
}

interface Listener {
  readonly started: Promise<ClientReverseConnect>;
  /** Sources that use it, each with the application URI of its server. */
  readonly waiting: Map<string, string | undefined>;
  readonly stop: () => void;
}

function createListener(connectionUrl: string): Listener {
  const listener = new ClientReverseConnect({ connectionUrl });
  const start = async (): Promise<ClientReverseConnect> => {
    await listener.start();
    return listener;
  };
  const started = start();
  started.catch(() => {});
  return {
    started,
    waiting: new Map(),
    stop: () => {
      started.then(() => listener.stop()).catch(() => {});
    },
  };
}
