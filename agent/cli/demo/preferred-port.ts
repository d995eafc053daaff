import { once } from 'node:events';
import { createServer } from 'node:net';

/** The port, if nobody listens there; 0, any free one, otherwise. */
export async function preferredPort(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    return port;
  } catch {
    return 0;
  } finally {
    server.close();
  }
}
