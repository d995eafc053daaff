import type { AddressInfo } from 'node:net';
import { createServer as createHttp } from 'node:http';

/** `plain-answer.ts BYTES`: answers every request with so many bytes and does nothing else. Prints its URL as JSON. */
const body = Buffer.alloc(Number(process.argv[2]), 'x');
const server = createHttp((_request, response) => response.end(body)).listen(0, '127.0.0.1');
server.once('listening', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}` })}\n`);
});
