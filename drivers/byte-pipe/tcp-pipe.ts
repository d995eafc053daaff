import { connect } from 'node:net';
import type { BytePipe, OpenPipe } from './byte-pipe.ts';

export interface TcpEndpoint {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
}

/** The system's keep-alive finds a peer that vanished while nothing is being asked. */
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * A TCP socket as a pipe. Every way in which it can end is told once: FIN by `end`, RST and the rest by `close`, which
 * follows each error. A half-open connection tells nothing; deadlines of requests find it.
 */
export const openTcpPipe =
  ({ host, port, connectTimeoutMs }: TcpEndpoint): OpenPipe =>
  (listener, signal) =>
    new Promise<BytePipe>((resolve, reject) => {
      const socket = connect({
        host,
        port,
        noDelay: true,
        keepAlive: true,
        keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
      });
      let isOpen = false;
      let isDone = false;
      let fault = '';
      const finish = (reason: string): void => {
        if (isDone) return;
        isDone = true;
        clearTimeout(deadline);
        signal.removeEventListener('abort', giveUp);
        socket.destroy();
        if (isOpen) listener.closed(reason);
        else reject(new Error(reason));
      };
      const giveUp = (): void => finish('given up');
      const deadline = setTimeout(() => finish(`no connection within ${connectTimeoutMs} ms`), connectTimeoutMs);
      signal.addEventListener('abort', giveUp);
      if (signal.aborted) return giveUp();
      socket.on('connect', () => {
        isOpen = true;
        clearTimeout(deadline);
        signal.removeEventListener('abort', giveUp);
        resolve({
          write: (bytes) => void socket.write(bytes),
          close: () => {
            isDone = true;
            socket.destroySoon();
          },
        });
      });
      socket.on('data', (chunk: Buffer) => {
        if (!isDone) listener.bytes(chunk);
      });
      socket.on('error', (error: NodeJS.ErrnoException) => {
        fault = wordsFor[error.code ?? ''] ?? error.message;
      });
      socket.on('end', () => finish('the device closed the connection'));
      socket.on('close', () => finish(fault || 'the connection ended'));
    });

const wordsFor: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens there, or the device has no connection left',
  ECONNRESET: 'the device reset the connection',
  EPIPE: 'the device closed the connection',
  ETIMEDOUT: 'the device no longer acknowledges packets',
  EHOSTUNREACH: 'no route to the host',
  ENETUNREACH: 'no route to the network',
  ENOTFOUND: 'the host name is unknown',
};
