import { ClientReverseConnect } from 'node-opcua-client';
import type { DriverContext, Shared } from '#drivers/driver.ts';
import type { OpcuaAddress } from './address.ts';
import type { Dial } from './connection.ts';
import type { OpcuaOptions } from './schema.ts';

/** Every way to the server in the configured order, which begins anew behind the last; the first choice comes first. */
export function waysTo(options: OpcuaOptions, firstChoice: string | undefined): string[] {
  const all = [...new Set([options.endpoint, ...options.redundant])];
  const first = Math.max(0, firstChoice === undefined ? 0 : all.indexOf(firstChoice));
  return [...all.slice(first), ...all.slice(0, first)];
}

export const dialTo = (endpoint: string): Dial => ({ endpoint, open: (client) => client.connect(endpoint) });

/**
 * Waits for the server's call. Sources that wait at the same address share one listener; the server's application URI
 * tells whose call it is.
 */
export function listenFor(
  reverse: NonNullable<OpcuaOptions['reverse']>,
  { share }: Pick<DriverContext<OpcuaAddress>, 'share'>,
): { readonly dial: Dial; readonly release: () => void } {
  const shared: Shared<Listener> = share(`opcua-reverse ${reverse.listen}`, () => {
    const listener = createListener(reverse.listen);
    return { value: listener, dispose: listener.stop };
  });
  const expectation = reverse.serverUri === undefined ? {} : { serverUri: reverse.serverUri };
  return {
    release: shared.release,
    dial: {
      endpoint: `${reverse.listen} (waiting for the server to call)`,
      async open(client) {
        await client.connectReverse(await shared.value.started, expectation);
      },
    },
  };
}

interface Listener {
  readonly started: Promise<ClientReverseConnect>;
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
    stop: () => {
      started.then(() => listener.stop()).catch(() => {});
    },
  };
}
