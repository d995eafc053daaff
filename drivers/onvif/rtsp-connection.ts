import { connect, type Socket } from 'node:net';

/** All that is ever said to a stream: none of them changes anything in a camera but our own session. */
export type RtspMethod = 'OPTIONS' | 'DESCRIBE' | 'SETUP' | 'PLAY' | 'GET_PARAMETER' | 'TEARDOWN';

export interface RtspAnswer {
  readonly status: number;
  readonly challenges: readonly string[];
  /** By name in lower case, the first of each. */
  readonly fields: ReadonlyMap<string, string>;
  readonly body: string;
}

export interface RtspTarget {
  /** rtsp:// as the camera gives it, without credentials. */
  readonly uri: string;
  /** How the camera is reached. */
  readonly host: string;
  /** Longest time to connect, and to answer. */
  readonly timeoutMs: number;
  /** More than so many bytes a second are left with the camera until the next one. */
  readonly bytesPerSecond?: number;
}

/** The connection to a stream is lost, or what comes over it is no RTSP. */
export class RtspLost extends Error {
  override readonly name = 'RtspLost';
}

const LONGEST_ANSWER = 65_536;
/** Behind `$`: a channel, and a length of two bytes (RFC 2326 §10.12). */
const DOLLAR = 0x24;
const FRAME_HEAD = 4;
const STANDARD_PORT = 554;
const DEFAULT_BYTES_PER_SECOND = 4_194_304;
const FAREWELL_MS = 500;

interface Waiting {
  readonly take: (answer: RtspAnswer) => void;
  readonly fail: (error: Error) => void;
}

/**
 * One RTSP connection: requests one after the other, and packets that come in between (interleaved). Everything that is
 * held is bounded: an answer, a packet of 64 KiB, and the pace at which bytes are read.
 */
export class RtspConnection {
  readonly #socket: Socket;
  readonly #target: RtspTarget;
  readonly #onPacket: (channel: number, packet: Buffer) => void;
  readonly #ended = Promise.withResolvers<never>();
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;
  #sequence = 0;
  #end: Error | undefined;
  #readInSecond = 0;
  readonly #pacing: NodeJS.Timeout;

  constructor(target: RtspTarget, onPacket: (channel: number, packet: Buffer) => void = () => undefined) {
    this.#target = target;
    this.#onPacket = onPacket;
    // Nobody need ever wait for the end.
    this.#ended.promise.catch(() => undefined);
    const { port } = new URL(target.uri);
    this.#socket = connect({ host: target.host, port: port === '' ? STANDARD_PORT : Number(port) });
    this.#socket.on('error', (error) => this.close(new RtspLost(error.message, { cause: error })));
    this.#socket.on('close', () => this.close(new RtspLost('the camera ended the connection')));
    this.#socket.on('data', (part: Buffer) => this.#take(part));
    this.#pacing = setInterval(() => {
      this.#readInSecond = 0;
      if (this.#socket.isPaused()) this.#socket.resume();
    }, 1_000);
  }

  /** Rejects at the end of the connection, with why. */
  get ended(): Promise<never> {
    return this.#ended.promise;
  }

  /** Rejects with RtspLost when no answer comes in time; the connection is then at its end. */
  async request(method: RtspMethod, uri: string, headers: Readonly<Record<string, string>> = {}): Promise<RtspAnswer> {
    const { timeoutMs } = this.#target;
    const late = setTimeout(() => this.close(new RtspLost(`no answer to ${method} within ${timeoutMs} ms`)), timeoutMs);
    try {
      return await new Promise<RtspAnswer>((take, fail) => {
        if (this.#end) return fail(this.#end);
        this.#waiting = { take, fail };
        this.#socket.write(this.#written(method, uri, headers));
      });
    } finally {
      clearTimeout(late);
    }
  }

  /** Says a last word and does not wait for the answer. */
  leave(method: RtspMethod, uri: string, headers: Readonly<Record<string, string>>): void {
    if (this.#end) return;
    const socket = this.#socket;
    socket.end(this.#written(method, uri, headers));
    const cut = setTimeout(() => socket.destroy(), FAREWELL_MS);
    socket.once('close', () => clearTimeout(cut));
    this.#finish(new RtspLost('closed'));
  }

  close(error: Error = new RtspLost('closed')): void {
    this.#socket.destroy();
    this.#finish(error);
  }

  #finish(error: Error): void {
    if (this.#end) return;
    this.#end = error;
    clearInterval(this.#pacing);
    this.#received = Buffer.alloc(0);
    this.#waiting?.fail(error);
    this.#ended.reject(error);
  }

  #written(method: RtspMethod, uri: string, headers: Readonly<Record<string, string>>): string {
    this.#sequence += 1;
    const lines = Object.entries({ CSeq: String(this.#sequence), 'User-Agent': 'Firewatch', ...headers });
    return `${method} ${uri} RTSP/1.0\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  }

  #take(part: Buffer): void {
    if (this.#end) return;
    this.#readInSecond += part.length;
    if (this.#readInSecond > (this.#target.bytesPerSecond ?? DEFAULT_BYTES_PER_SECOND)) this.#socket.pause();
    this.#received = this.#received.length === 0 ? part : Buffer.concat([this.#received, part]);
    while (!this.#end && this.#received.length > 0) if (!this.#takeOne()) return;
  }

  /** One packet or answer out of what has come; false while there is no whole one. */
  #takeOne(): boolean {
    if (this.#received.readUInt8(0) === DOLLAR) {
      if (this.#received.length < FRAME_HEAD) return false;
      const end = FRAME_HEAD + this.#received.readUInt16BE(2);
      if (this.#received.length < end) return false;
      const [channel, packet] = [this.#received.readUInt8(1), this.#received.subarray(FRAME_HEAD, end)];
      this.#received = this.#received.subarray(end);
      this.#onPacket(channel, packet);
      return true;
    }
    const whole = takeAnswer(this.#received.subarray(0, LONGEST_ANSWER).toString('latin1'));
    if (!whole) {
      if (this.#received.length >= LONGEST_ANSWER) this.close(new RtspLost('the answer is too long'));
      return false;
    }
    this.#received = this.#received.subarray(whole.length);
    // A question of the camera to us, or nonsense.
    if (whole.answer.status === 0) return true;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.take(whole.answer);
    return true;
  }
}

/** The first whole answer in what has come; undefined while there is none. Throws nothing: nonsense has status 0. */
export function takeAnswer(received: string): { readonly answer: RtspAnswer; readonly length: number } | undefined {
  const headEnd = received.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first = '', ...lines] = received.slice(0, headEnd).split('\r\n');
  const told = lines.map((line): [string, string] => [
    line.slice(0, line.indexOf(':')).trim().toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  const fields = new Map(told.toReversed());
  const toldLength = Number(fields.get('content-length') ?? 0);
  const bodyLength = Number.isInteger(toldLength) && toldLength > 0 ? toldLength : 0;
  const length = headEnd + 4 + bodyLength;
  if (received.length < length) return undefined;
  return {
    length,
    answer: {
      status: Number(/^RTSP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? 0),
      challenges: told.flatMap(([name, value]) => (name === 'www-authenticate' ? [value] : [])),
      fields,
      body: received.slice(headEnd + 4, length),
    },
  };
}
