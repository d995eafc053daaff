import { WebSocket } from 'ws';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';

export interface WebSocketTarget {
  /** ws:// or wss:// */
  readonly url: string;
  /** Offered to the server; one of them must be taken. */
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** PEM of the authority that signed the server's certificate, where the system's own are not enough. */
  readonly ca?: string;
  readonly connectTimeoutMs: number;
  /** So long without a byte, an answered ping included, and the connection counts as lost. */
  readonly silenceMs: number;
  /** A longer message ends the connection. */
  readonly maxMessageBytes: number;
}

export interface WebSocketListener {
  /** `isSimulated`: the server's `Server` header is that of a simulator. */
  readonly opened: (isSimulated: boolean) => void;
  readonly text: (text: string) => void;
  readonly bytes: (bytes: Buffer) => void;
  /** The connection is gone or could not be made. Told once, never after `close`. */
  readonly lost: (reason: string, retryAfterMs?: number) => void;
}

export interface OpenWebSocket {
  readonly send: (message: string | Buffer) => void;
  /** Says goodbye where somebody listens, and lets go of the socket. */
  readonly close: () => void;
}

/** A refused login is not tried again at once: devices lock accounts. */
export const REFUSED_LOGIN_PAUSE_MS = 60_000;
/** Pings within the time in which the other side must be heard. */
const PINGS_IN_SILENCE = 3;
/** How long the other side may take to answer our goodbye. */
const GOODBYE_MS = 200;

/** Connects at once. Never reconnects: one call is one connection. */
export function openWebSocket(target: WebSocketTarget, listener: WebSocketListener): OpenWebSocket {
  const { url, connectTimeoutMs, silenceMs, maxMessageBytes } = target;
  const socket = new WebSocket(url, [...(target.protocols ?? [])], {
    handshakeTimeout: connectTimeoutMs,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
    followRedirects: false,
    ...(target.headers && { headers: { ...target.headers } }),
    ...(target.ca !== undefined && { ca: target.ca }),
  });
  let isSimulated = false;
  let isOver = false;
  let heardAt = 0;
  let pinging: NodeJS.Timeout | undefined;

  const end = (): void => {
    isOver = true;
    clearInterval(pinging);
  };
  const lose = (reason: string, retryAfterMs?: number): void => {
    if (isOver) return;
    end();
    socket.terminate();
    listener.lost(`${url}: ${reason}`, retryAfterMs);
  };
  const heard = (): void => {
    heardAt = performance.now();
  };
  const ping = (): void => {
    if (performance.now() - heardAt >= silenceMs)
      return lose(`nothing came for ${silenceMs} ms, not even the answer to a ping`);
    socket.ping();
  };

  socket.on('upgrade', ({ headers }) => {
    isSimulated = headers.server?.includes(SIMULATOR_VENDOR) === true;
  });
  socket.on('unexpected-response', (_request, { statusCode }) => {
    const isRefusal = statusCode === 401 || statusCode === 403;
    lose(
      isRefusal ? `login refused (HTTP ${statusCode})` : `answered HTTP ${statusCode} instead of opening a WebSocket`,
      isRefusal ? REFUSED_LOGIN_PAUSE_MS : undefined,
    );
  });
  socket.on('open', () => {
    if (isOver) return;
    heard();
    pinging = setInterval(ping, Math.max(1, silenceMs / PINGS_IN_SILENCE));
    listener.opened(isSimulated);
  });
  socket.on('ping', heard);
  socket.on('pong', heard);
  socket.on('message', (data, isBinary) => {
    if (isOver) return;
    heard();
    const bytes = Buffer.isBuffer(data) ? data : Buffer.concat(Array.isArray(data) ? data : [Buffer.from(data)]);
    if (isBinary) listener.bytes(bytes);
    else listener.text(bytes.toString('utf8'));
  });
  // After `close` of ours an aborted handshake comes here too; 'close' follows an error.
  socket.on('error', (error) => lose(error.message));
  socket.on('close', (code, reason) =>
    lose(`closed by the other side (${code}${reason.length > 0 ? ` ${reason.toString('utf8')}` : ''})`),
  );

  return {
    send: (message) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    close: () => {
      if (isOver) return;
      end();
      if (socket.readyState !== WebSocket.OPEN) return socket.terminate();
      socket.close(1000);
      const cut = setTimeout(() => socket.terminate(), GOODBYE_MS);
      socket.once('close', () => clearTimeout(cut));
    },
  };
}
