import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { LoginJudge } from './login.ts';

/** Answers OPTIONS and DESCRIBE; everything else is refused and counted, as nobody should ask for more. */
export class RtspServer {
  readonly #login: LoginJudge | undefined;
  readonly #sockets = new Set<Socket>();
  readonly requests = new Map<string, number>();
  #server: Server | undefined;
  #port = 0;
  hasStream = true;

  /** Without a judge, anybody may look. */
  constructor(login: LoginJudge | undefined) {
    this.#login = login;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    this.#server = createServer((socket) => this.#serve(socket));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (part) => {
      received += part.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        socket.write(this.#answer(received.slice(0, end)));
        received = received.slice(end + 4);
      }
    });
  }

  #answer(request: string): string {
    const [method = ''] = request.split(' ');
    this.requests.set(method, (this.requests.get(method) ?? 0) + 1);
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'im').exec(request)?.[1]?.trim();
    const head = `CSeq: ${field('CSeq') ?? '0'}\r\nServer: ${SIMULATOR_VENDOR}\r\n`;
    const plain = (status: string, more = ''): string => `RTSP/1.0 ${status}\r\n${head}${more}\r\n`;
    if (method === 'OPTIONS') return plain('200 OK', 'Public: OPTIONS, DESCRIBE\r\n');
    if (method !== 'DESCRIBE') return plain('405 Method Not Allowed');
    if (this.#login && this.#login.digest(field('Authorization'), method) !== true)
      return plain('401 Unauthorized', `WWW-Authenticate: ${this.#login.challenge()}\r\n`);
    if (!this.hasStream) return plain('404 Not Found');
    const sdp =
      'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n';
    return `RTSP/1.0 200 OK\r\n${head}Content-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
  }
}
