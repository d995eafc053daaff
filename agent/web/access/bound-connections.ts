import type { Server } from 'node:net';

/** 200 open pages have two each, and as many again come and go. */
const MOST = 1000;
const MOST_FROM_ONE_ADDRESS = 400;

/** Whoever opens more is hung up on at once; those who are there stay. */
export function boundConnections(server: Server): void {
  server.maxConnections = MOST;
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const { remoteAddress = '' } = socket;
    const count = (open.get(remoteAddress) ?? 0) + 1;
    if (count > MOST_FROM_ONE_ADDRESS) {
      socket.destroy();
      return;
    }
    open.set(remoteAddress, count);
    socket.once('close', () => {
      const left = (open.get(remoteAddress) ?? 1) - 1;
      if (left > 0) open.set(remoteAddress, left);
      else open.delete(remoteAddress);
    });
  });
}
