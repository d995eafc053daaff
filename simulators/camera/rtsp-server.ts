import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { film, type Film } from './film.ts';
import type { LoginJudge } from './login.ts';

/** Static payload type of a transport stream in RTP, and its clock (RFC 3551). */
const TRANSPORT_STREAM = 33;
const CLOCK_HZ = 90_000;
const SESSION = '1';

/**
 * Answers OPTIONS and DESCRIBE; SETUP and PLAY over the same connection (interleaved), where ffmpeg is installed to film.
 * Everything else is refused; all is counted.
 */
export class RtspServer {
  readonly #login: LoginJudge | undefined;
  readonly #draw: () => Buffer;
  readonly #sockets = new Map<Socket, Film | undefined>();
  readonly requests = new Map<string, number>();
  #server: Server | undefined;
  #port = 0;
  hasStream = true;

  /** Without a judge, anybody may look. */
  constructor(login: LoginJudge | undefined, draw: () => Buffer) {
    this.#login = login;
    this.#draw = draw;
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
    for (const socket of this.#sockets.keys()) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #serve(socket: Socket): void {
    this.#sockets.set(socket, undefined);
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.get(socket)?.stop();
      this.#sockets.delete(socket);
    });
    socket.on('data', (part) => {
      received += part.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        // Reports of the receiver come in between, each behind a dollar sign; they tell nothing that is needed.
        const request = received.slice(0, end).replace(/^[^A-Z]*\$[^]*?(?=[A-Z_]+ rtsp:)/, '');
        socket.write(this.#answer(request));
        if (request.startsWith('PLAY ') && this.hasStream) this.#play(socket);
        received = received.slice(end + 4);
      }
    });
  }

  #answer(request: string): string {
    const [method = '', url = ''] = request.split(' ');
    this.requests.set(method, (this.requests.get(method) ?? 0) + 1);
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'im').exec(request)?.[1]?.trim();
    const head = `CSeq: ${field('CSeq') ?? '0'}\r\nServer: ${SIMULATOR_VENDOR}\r\n`;
    const plain = (status: string, more = ''): string => `RTSP/1.0 ${status}\r\n${head}${more}\r\n`;
    if (method === 'OPTIONS') return plain('200 OK', 'Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n');
    if (!['DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN'].includes(method)) return plain('405 Method Not Allowed');
    if (this.#login && this.#login.digest(field('Authorization'), method) !== true)
      return plain('401 Unauthorized', `WWW-Authenticate: ${this.#login.challenge()}\r\n`);
    if (!this.hasStream) return plain('404 Not Found');
    if (method === 'SETUP') {
      if (field('Transport')?.includes('interleaved') !== true) return plain('461 Unsupported Transport');
      return plain('200 OK', `Session: ${SESSION}\r\nTransport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n`);
    }
    if (method === 'PLAY' || method === 'TEARDOWN') return plain('200 OK', `Session: ${SESSION}\r\n`);
    const sdp =
      `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\nm=video 0 RTP/AVP ${TRANSPORT_STREAM}\r\n` +
      'a=control:track1\r\n';
    return `RTSP/1.0 200 OK\r\n${head}Content-Base: ${url}/\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
  }

  #play(socket: Socket): void {
    if (this.#sockets.get(socket)) return;
    let sequence = 0;
    const began = performance.now();
    const playing = film(
      this.#draw,
      (packets) => {
        const head = Buffer.alloc(16);
        head.write('$', 0, 'latin1');
        head.writeUInt16BE(12 + packets.length, 2);
        head.writeUInt8(0x80, 4);
        head.writeUInt8(TRANSPORT_STREAM, 5);
        head.writeUInt16BE(sequence++ & 0xffff, 6);
        head.writeUInt32BE(Math.round(((performance.now() - began) / 1000) * CLOCK_HZ) >>> 0, 8);
        head.writeUInt32BE(1, 12);
        socket.write(Buffer.concat([head, packets]));
      },
      () => socket.destroy(),
    );
    this.#sockets.set(socket, playing);
  }
}
