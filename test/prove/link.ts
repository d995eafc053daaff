import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to something, with a port that stays while what is behind it moves. */
export interface Link {
  readonly port: number;
  readonly leadTo: (port: number) => void;
  readonly cut: () => void;
  readonly hang: () => void;
  readonly throttle: () => void;
  /** As it was at first. Connections that hung are ended: their bytes are gone. */
  readonly mend: () => void;
  readonly close: () => Promise<void>;
}

type Passage = 'open' | 'cut' | 'hanging' | 'throttled';

const SLICE_BYTES = 2048;
const SLICE_EVERY_MS = 100;

export async function startLink(target = 0): Promise<Link> {
  const sockets = new Set<Socket>();
  let to = target;
  let passage: Passage = 'open';

  const pipe = (from: Socket, into: Socket): void => {
    const waiting: Buffer[] = [];
    let timer: NodeJS.Timeout | undefined;
    const drip = (): void => {
      const bytes = Buffer.concat(waiting.splice(0));
      if (bytes.length === 0) {
        clearInterval(timer);
        timer = undefined;
        from.resume();
        return;
      }
      const size = passage === 'throttled' ? SLICE_BYTES : bytes.length;
      into.write(bytes.subarray(0, size));
      if (bytes.length > size) waiting.push(bytes.subarray(size));
    };
    from.on('data', (bytes: Buffer) => {
      if (passage === 'hanging') return;
      if (passage === 'open' && timer === undefined) {
        into.write(bytes);
        return;
      }
      waiting.push(bytes);
      from.pause();
      timer ??= setInterval(drip, SLICE_EVERY_MS);
    });
    from.on('close', () => {
      clearInterval(timer);
      into.destroy();
    });
    from.on('error', () => into.destroy());
  };

  const drop = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
  };

  const server = createServer({ noDelay: true }, (client) => {
    if (passage === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const behind = connect({ port: to, host: '127.0.0.1', noDelay: true });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    pipe(client, behind);
    pipe(behind, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    port: (server.address() as AddressInfo).port,
    leadTo: (port) => void (to = port),
    cut: () => {
      passage = 'cut';
      drop();
    },
    hang: () => void (passage = 'hanging'),
    throttle: () => void (passage = 'throttled'),
    mend: () => {
      if (passage === 'hanging') drop();
      passage = 'open';
    },
    close: async () => {
      drop();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
