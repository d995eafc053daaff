import net from 'node:net';

/** A link to a server that can be made to hang: sockets stay open, nothing passes. */
export interface TcpProxy {
  readonly endpoint: string;
  readonly hang: () => void;
  readonly resume: () => void;
  /** Cuts every connection with a reset. */
  readonly cut: () => void;
  /** Connections that the client holds open. */
  readonly open: () => number;
  readonly close: () => Promise<void>;
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ client: net.Socket; target: net.Socket }>();
  let isHanging = false;
  const server = net.createServer((client) => {
    const target = net.connect(targetPort, '127.0.0.1');
    const pair = { client, target };
    pairs.add(pair);
    client.on('data', (bytes) => isHanging || target.write(bytes));
    target.on('data', (bytes) => isHanging || client.write(bytes));
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on('close', end).on('error', end);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    endpoint: `opc.tcp://127.0.0.1:${port}`,
    hang: () => void (isHanging = true),
    resume: () => void (isHanging = false),
    cut: () => {
      for (const { client } of pairs) client.resetAndDestroy();
    },
    open: () => pairs.size,
    close: () =>
      new Promise((resolve) => {
        for (const { client, target } of pairs) {
          client.destroy();
          target.destroy();
        }
        server.close(() => resolve());
      }),
  };
}
