import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A line between uplink and broker that passes so many bytes a second upstream, until it is cut. */
export interface Line {
  readonly port: number;
  readonly cut: () => void;
  readonly close: () => void;
}

const SLICES_PER_SECOND = 20;

export async function openLine(port: number, bytesPerSecond: number): Promise<Line> {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [near, far].forEach((each) => each.destroy()));
    }
    far.pipe(near);
    // A little at a time: a line that passed whole messages at once would be slow only for the next.
    const pass = (bytes: Buffer): void => {
      const some = bytes.subarray(0, Math.ceil(Math.min(bytes.length, bytesPerSecond / SLICES_PER_SECOND)));
      const rest = bytes.subarray(some.length);
      far.write(some);
      setTimeout(() => (rest.length > 0 ? pass(rest) : near.resume()), (1000 * some.length) / bytesPerSecond);
    };
    near.on('data', (bytes: Buffer) => {
      near.pause();
      pass(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    close() {
      cut();
      server.close();
    },
  };
}
