import type { BytePipe } from '../byte-pipe/byte-pipe.ts';
import { openTcpPipe } from '../byte-pipe/tcp-pipe.ts';
import type { TcpTransport } from './schema.ts';
import type { TransportListener } from './transport.ts';

const NEWLINE = 0x0a;

/** Cuts a byte stream into lines; one that is too long is thrown away up to its end. */
export class LineCutter {
  readonly #most: number;
  #rest: Buffer[] = [];
  #size = 0;
  #isTooLong = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** Undefined stands for a line that was too long. */
  cut(chunk: Buffer): (string | undefined)[] {
    const lines: (string | undefined)[] = [];
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, at)) {
      this.#keep(chunk.subarray(at, end));
      lines.push(this.#isTooLong ? undefined : Buffer.concat(this.#rest).toString('utf8').trim());
      this.#rest = [];
      this.#size = 0;
      this.#isTooLong = false;
      at = end + 1;
    }
    this.#keep(chunk.subarray(at));
    return lines.filter((line) => line !== '');
  }

  #keep(part: Buffer): void {
    this.#size += part.length;
    if (this.#size > this.#most) {
      this.#isTooLong = true;
      this.#rest = [];
    } else if (part.length > 0) this.#rest.push(part);
  }
}

/** Connects and listens to lines; nothing is ever sent. */
export function openLines(transport: TcpTransport, listener: TransportListener): () => void {
  const { host, port, connectTimeout, silence, maxMessage } = transport;
  const opening = new AbortController();
  const lines = new LineCutter(maxMessage);
  let pipe: BytePipe | undefined;
  let timer: NodeJS.Timeout | undefined;

  const close = (): void => {
    opening.abort();
    clearTimeout(timer);
    pipe?.close();
  };
  const lose = (reason: string): void => {
    if (opening.signal.aborted) return;
    close();
    listener.lost(`${host}:${port}: ${reason}`);
  };
  const wait = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => lose(`not a byte came for ${silence} ms`), silence);
  };
  const hear = (chunk: Buffer): void => {
    if (opening.signal.aborted) return;
    wait();
    for (const line of lines.cut(chunk)) {
      if (line === undefined) listener.refuse(`a line is longer than ${maxMessage} bytes`);
      else listener.message(line);
    }
  };
  const open = async (): Promise<void> => {
    try {
      const events = { bytes: hear, closed: lose };
      pipe = await openTcpPipe({ host, port, connectTimeoutMs: connectTimeout })(events, opening.signal);
      if (opening.signal.aborted) return pipe.close();
      wait();
      listener.opened(false);
    } catch (error) {
      lose(error instanceof Error ? error.message : String(error));
    }
  };
  void open();
  return close;
}
