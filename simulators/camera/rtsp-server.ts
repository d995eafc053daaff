import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { CameraFaultKind } from './fault.ts';
import { film, type Film } from './film.ts';
import type { LoginJudge } from './login.ts';
import { METADATA_PAYLOAD, type MetadataTrack } from './metadata-track.ts';

export interface RtspServerOptions {
  /** Without one, anybody may look. */
  readonly login: LoginJudge | undefined;
  readonly draw: () => Buffer;
  readonly metadata: (send: (packet: Buffer) => void) => MetadataTrack;
  readonly has: (kind: CameraFaultKind) => boolean;
  /** Without a word of its client a session ends after so long. */
  readonly sessionSeconds?: number;
}

/** Static payload type of a transport stream in RTP, and its clock (RFC 3551). */
const TRANSPORT_STREAM = 33;
const CLOCK_HZ = 90_000;
const SESSION = '1';
const METHODS = ['DESCRIBE', 'SETUP', 'PLAY', 'TEARDOWN', 'GET_PARAMETER'];
const tracks = { track1: 'video', track2: 'metadata' } as const;

/** What one client has set up and plays. */
interface Client {
  readonly channels: Map<'video' | 'metadata', number>;
  film: Film | undefined;
  metadata: MetadataTrack | undefined;
}

/**
 * OPTIONS and DESCRIBE; SETUP and PLAY over the same connection (interleaved): metadata always, pictures where ffmpeg is
 * installed to film. Everything else is refused; all is counted.
 */
export class RtspServer {
  readonly #options: RtspServerOptions;
  readonly #clients = new Map<Socket, Client>();
  readonly requests = new Map<string, number>();
  #server: Server | undefined;
  #port = 0;

  constructor(options: RtspServerOptions) {
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  /** Who plays metadata now. */
  get listeners(): number {
    return [...this.#clients.values()].filter(({ metadata }) => metadata !== undefined).length;
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
    for (const socket of this.#clients.keys()) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** The camera was set up anew: whoever plays has to ask again. */
  endSessions(): void {
    for (const socket of this.#clients.keys()) socket.destroy();
  }

  #serve(socket: Socket): void {
    const client: Client = { channels: new Map(), film: undefined, metadata: undefined };
    const { has, sessionSeconds = 60 } = this.#options;
    const life = setTimeout(() => socket.destroy(), sessionSeconds * 1_000);
    this.#clients.set(socket, client);
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(life);
      client.film?.stop();
      client.metadata?.stop();
      this.#clients.delete(socket);
    });
    socket.on('data', (part) => {
      received += part.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        // Reports of the receiver come in between, each behind a dollar sign; they tell nothing that is needed.
        const request = received.slice(0, end).replace(/^[^A-Z]*\$[^]*?(?=[A-Z_]+ rtsp:)/, '');
        received = received.slice(end + 4);
        if (has('rtsp-hang')) continue;
        life.refresh();
        const answer = this.#answer(request, client);
        socket.write(answer);
        if (request.startsWith('PLAY ') && answer.startsWith('RTSP/1.0 200')) this.#play(socket, client);
      }
    });
  }

  #answer(request: string, client: Client): string {
    const { login, has, sessionSeconds = 60 } = this.#options;
    const [method = '', url = ''] = request.split(' ');
    this.requests.set(method, (this.requests.get(method) ?? 0) + 1);
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'im').exec(request)?.[1]?.trim();
    const head = `CSeq: ${field('CSeq') ?? '0'}\r\nServer: ${SIMULATOR_VENDOR}\r\n`;
    const plain = (status: string, more = ''): string => `RTSP/1.0 ${status}\r\n${head}${more}\r\n`;
    if (method === 'OPTIONS') return plain('200 OK', `Public: OPTIONS, ${METHODS.join(', ')}\r\n`);
    if (!METHODS.includes(method)) return plain('405 Method Not Allowed');
    if (login && login.digest(field('Authorization'), method) !== true)
      return plain('401 Unauthorized', `WWW-Authenticate: ${login.challenge()}\r\n`);
    if (has('no-stream')) return plain('404 Not Found');
    if (method === 'SETUP') {
      const [, channel] = /interleaved=(\d+)-\d+/.exec(field('Transport') ?? '') ?? [];
      const track = Object.entries(tracks).find(([name]) => url.endsWith(`/${name}`))?.[1];
      if (channel === undefined) return plain('461 Unsupported Transport');
      if (!track) return plain('404 Not Found');
      client.channels.set(track, Number(channel));
      const transport = `RTP/AVP/TCP;unicast;interleaved=${channel}-${Number(channel) + 1}`;
      return plain('200 OK', `Session: ${SESSION};timeout=${sessionSeconds}\r\nTransport: ${transport}\r\n`);
    }
    if (method !== 'DESCRIBE') return plain('200 OK', `Session: ${SESSION}\r\n`);
    const media = (line: string, name: string, more: string): string => `m=${line}\r\n${more}a=control:${name}\r\n`;
    const sdp =
      `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\na=control:*\r\n` +
      media(`video 0 RTP/AVP ${TRANSPORT_STREAM}`, 'track1', '') +
      (has('no-metadata')
        ? ''
        : media(
            `application 0 RTP/AVP ${METADATA_PAYLOAD}`,
            'track2',
            `a=rtpmap:${METADATA_PAYLOAD} vnd.onvif.metadata/${CLOCK_HZ}\r\na=sendonly\r\n`,
          ));
    return `RTSP/1.0 200 OK\r\n${head}Content-Base: ${url}/\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp.length}\r\n\r\n${sdp}`;
  }

  #play(socket: Socket, client: Client): void {
    const send = (channel: number, packet: Buffer): void => {
      if (this.#options.has('rtsp-hang')) return;
      const head = Buffer.from([0x24, channel, 0, 0]);
      head.writeUInt16BE(packet.length, 2);
      socket.write(Buffer.concat([head, packet]));
    };
    const [video, metadata] = [client.channels.get('video'), client.channels.get('metadata')];
    if (metadata !== undefined) client.metadata ??= this.#options.metadata((packet) => send(metadata, packet));
    if (video !== undefined) client.film ??= this.#film(socket, (packet) => send(video, packet));
  }

  #film(socket: Socket, send: (packet: Buffer) => void): Film {
    let sequence = 0;
    const began = performance.now();
    const take = (packets: Buffer): void => {
      const head = Buffer.alloc(12);
      head.writeUInt8(0x80, 0);
      head.writeUInt8(TRANSPORT_STREAM, 1);
      head.writeUInt16BE(sequence++ & 0xffff, 2);
      head.writeUInt32BE(Math.round(((performance.now() - began) / 1000) * CLOCK_HZ) >>> 0, 4);
      head.writeUInt32BE(1, 8);
      send(Buffer.concat([head, packets]));
    };
    return film(this.#options.draw, take, () => socket.destroy());
  }
}
