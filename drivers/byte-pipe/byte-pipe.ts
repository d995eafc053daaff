/** Where a pipe's bytes go. Neither method throws. */
interface PipeListener {
  readonly bytes: (chunk: Buffer) => void;
  /** Once, when the pipe is gone for whatever reason but our own `close`. `reason` is for a person. */
  readonly closed: (reason: string) => void;
}

/** An open connection that carries bytes: a socket or a serial port. It knows nothing of Modbus. */
export interface BytePipe {
  readonly write: (bytes: Uint8Array) => void;
  readonly close: () => void;
}

/** Opens a pipe, or rejects with a message for a person. Aborting gives up and leaves nothing open. */
export type OpenPipe = (listener: PipeListener, signal: AbortSignal) => Promise<BytePipe>;
