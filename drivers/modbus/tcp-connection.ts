import type { BytePipe, OpenPipe } from '#drivers/byte-pipe/byte-pipe.ts';
import type { Connection, ExchangeTerms, OpenConnection, Outcome } from './connection.ts';
import { encodeTcp, FramingError, TcpFrameReader, type TcpFrame } from './frame-tcp.ts';
import { afterInput } from './after-input.ts';
import { encodePdu, parseReply, type Request } from './request.ts';

/**
 * Consecutive transaction ids lie far apart (the step is odd, so all 65536 come in turn): a server that is off by one or
 * a damaged id never hits the next request's.
 */
const TRANSACTION_STEP = 0x9e37;
/** Ids whose late replies are recognised as our own; older ones count as a lost step. */
const REMEMBERED_TRANSACTIONS = 256;

interface InFlight {
  readonly request: Request;
  readonly transaction: number;
  readonly deadline: NodeJS.Timeout;
  readonly end: (outcome: Outcome) => void;
  found: string;
}

/** Modbus TCP over a pipe. */
export const openTcpConnection =
  (openPipe: OpenPipe): OpenConnection =>
  async (lost, signal) => {
    const connection = new TcpConnection(lost);
    connection.pipe = await openPipe({ bytes: connection.receive, closed: connection.drop }, signal);
    return connection;
  };

class TcpConnection implements Connection {
  pipe: BytePipe | undefined;
  readonly #lost: (reason: string) => void;
  readonly #reader = new TcpFrameReader();
  readonly #ours: number[] = [];
  #transaction = Math.floor(Math.random() * 0x10000);
  #inFlight: InFlight | undefined;
  #isClosed = false;

  constructor(lost: (reason: string) => void) {
    this.#lost = lost;
  }

  readonly exchange = (request: Request, { timeoutMs }: ExchangeTerms): Promise<Outcome> => {
    const { pipe } = this;
    if (this.#isClosed || !pipe) return Promise.resolve({ kind: 'closed' });
    return new Promise((resolve) => {
      const transaction = this.#nextTransaction();
      const deadline = afterInput(timeoutMs, () => this.#inFlight?.transaction === transaction && this.#expire());
      this.#inFlight = { request, transaction, deadline, end: resolve, found: '' };
      pipe.write(encodeTcp(transaction, request.unit, encodePdu(request)));
    });
  };

  readonly close = (): void => {
    this.#isClosed = true;
    this.pipe?.close();
    this.#end({ kind: 'closed' });
  };

  /** The pipe is gone, or its bytes make no sense any more. */
  readonly drop = (reason: string): void => {
    if (this.#isClosed) return;
    this.close();
    this.#lost(reason);
  };

  /**
   * A reply counts only if nothing senseless follows it: when a reply breaks off and the next frame fills it up, its
   * length and ids fit, but the bytes behind it betray it.
   */
  readonly receive = (bytes: Buffer): void => {
    if (this.#isClosed) return;
    try {
      const frames = this.#reader.push(bytes);
      if (frames.length > 0 && this.#reader.hasRest) throw new FramingError('more bytes than one reply');
      const stranger = frames.find((frame) => !this.#ours.includes(frame.transaction));
      if (stranger && frames.length > 1) throw new FramingError(`a frame that nobody asked for`);
      for (const frame of frames) this.#consider(frame);
    } catch (error) {
      if (!(error instanceof FramingError)) throw error;
      this.drop(`the byte stream lost its step: ${error.message}`);
    }
  };

  #expire(): void {
    const found = this.#inFlight?.found ?? '';
    this.#end({ kind: 'timeout', found });
    if (this.#reader.hasRest) this.drop('a reply broke off in the middle');
  }

  #consider({ transaction, unit, pdu }: TcpFrame): void {
    const waiting = this.#inFlight;
    if (!waiting) return;
    if (transaction !== waiting.transaction) {
      waiting.found = `a reply with transaction id ${transaction} where ${waiting.transaction} was asked`;
    } else if (unit !== waiting.request.unit) {
      waiting.found = `a reply of unit ${unit} where ${waiting.request.unit} was asked`;
    } else {
      const reply = parseReply(waiting.request, pdu);
      if (reply.kind === 'mismatch') waiting.found = reply.found;
      else this.#end(reply);
    }
  }

  #end(outcome: Outcome): void {
    const waiting = this.#inFlight;
    if (!waiting) return;
    this.#inFlight = undefined;
    clearTimeout(waiting.deadline);
    waiting.end(outcome);
  }

  #nextTransaction(): number {
    this.#transaction = (this.#transaction + TRANSACTION_STEP) & 0xffff;
    this.#ours.push(this.#transaction);
    if (this.#ours.length > REMEMBERED_TRANSACTIONS) this.#ours.shift();
    return this.#transaction;
  }
}
