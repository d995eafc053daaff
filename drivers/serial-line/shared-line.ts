import type { BytePipe, OpenPipe } from '#drivers/byte-pipe/byte-pipe.ts';

/** One source that listens on a line. */
export interface LineClient {
  readonly opened: () => void;
  readonly bytes: (chunk: Buffer) => void;
  /** The line is gone or could not be opened. Told once; the client detaches. */
  readonly lost: (reason: string) => void;
}

/**
 * One serial port or socket and every source that reads from it: a port can be opened once only, and so can many serial
 * servers. Opens with the first client; whoever attaches after a loss opens it anew.
 */
export class SharedLine {
  readonly name: string;
  readonly #openPipe: OpenPipe;
  readonly #clients = new Set<LineClient>();
  #pipe: BytePipe | undefined;
  #opening: AbortController | undefined;

  constructor(name: string, openPipe: OpenPipe) {
    this.name = name;
    this.#openPipe = openPipe;
  }

  attach(client: LineClient): void {
    this.#clients.add(client);
    if (this.#pipe) queueMicrotask(() => this.#clients.has(client) && client.opened());
    else if (!this.#opening) void this.#open();
  }

  detach(client: LineClient): void {
    this.#clients.delete(client);
  }

  write(bytes: Uint8Array): void {
    this.#pipe?.write(bytes);
  }

  close(): void {
    this.#opening?.abort();
    this.#opening = undefined;
    this.#pipe?.close();
    this.#pipe = undefined;
  }

  /** Gives the line up and tells every client why. */
  lose(reason: string): void {
    this.close();
    // Whoever attaches while the others are being told belongs to the next connection.
    const affected = [...this.#clients];
    for (const client of affected) client.lost(`${this.name}: ${reason}`);
  }

  async #open(): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    const hear = (chunk: Buffer): void => {
      if (!opening.signal.aborted) for (const client of this.#clients) client.bytes(chunk);
    };
    const end = (reason: string): void => {
      if (!opening.signal.aborted) this.lose(reason);
    };
    try {
      const pipe = await this.#openPipe({ bytes: hear, closed: end }, opening.signal);
      if (opening.signal.aborted) return pipe.close();
      this.#pipe = pipe;
      for (const client of this.#clients) client.opened();
    } catch (error) {
      end(error instanceof Error ? error.message : String(error));
    }
  }
}
