import type { Clock } from '#agent/model/clock.ts';
import type { BytePipe, OpenPipe } from '#drivers/byte-pipe/byte-pipe.ts';
import type { Connection, ExchangeTerms, OpenConnection, Outcome } from './connection.ts';
import { afterInput } from './after-input.ts';
import { encodeRtu, findReply } from './frame-rtu.ts';
import { ReplyShapes } from './reply-shape.ts';
import { dataBytes, parseReply, type Request } from './request.ts';

export interface RtuLine {
  /** One character on the serial side. */
  readonly characterMs: number;
  /** Longest time after which a reply may still come. */
  readonly lateReplyMs: number;
  /** A network lies between us and the line: it can hold replies back without any sign. */
  readonly isRemote: boolean;
  readonly clock: Clock;
}

/** Frames are parted by 3.5 characters, above 19200 baud by 1.75 ms (MODBUS over Serial Line V1.02, 2.5.1.1). */
const silenceOf = (characterMs: number): number => Math.max(3.5 * characterMs, 1.75);
/** After a lost reply: time for bytes on their way through drivers and adapters to arrive, and to be thrown away. */
const DRAIN_MS = 20;
/** Refusals that the registers added to a request may have caused. */
const isAboutLength = (code: number): boolean => code >= 2 && code <= 4;
/** More than any frames that can lie between a request and its reply. */
const MOST_BYTES = 2048;

interface InFlight {
  readonly request: Request;
  readonly sent: Buffer;
  readonly deadline: NodeJS.Timeout;
  readonly end: (outcome: Outcome) => void;
}

/** Modbus RTU over a pipe: a serial port, or a socket of a transparent serial server. */
export const openRtuConnection =
  (openPipe: OpenPipe, line: RtuLine): OpenConnection =>
  async (lost, signal) => {
    const connection = new RtuConnection(line, lost);
    connection.pipe = await openPipe({ bytes: connection.receive, closed: connection.drop }, signal);
    return connection;
  };

class RtuConnection implements Connection {
  pipe: BytePipe | undefined;
  readonly #line: RtuLine;
  readonly #lost: (reason: string) => void;
  readonly #shapes: ReplyShapes;
  #received: Buffer = Buffer.alloc(0);
  #lastByteAt = -Infinity;
  #inFlight: InFlight | undefined;
  #isClosed = false;

  constructor(line: RtuLine, lost: (reason: string) => void) {
    this.#line = line;
    this.#lost = lost;
    this.#shapes = new ReplyShapes(line.lateReplyMs, line.isRemote);
  }

  readonly exchange = async (request: Request, terms: ExchangeTerms): Promise<Outcome> => {
    const { clock } = this.#line;
    if (!(await this.#awaitSilence(terms.timeoutMs))) return { kind: 'timeout', found: 'a line that is never quiet' };
    if (request.kind === 'identify') return this.#send(request, terms.timeoutMs);
    const chosen = this.#shapes.choose(request, terms.maxCount, clock.monotonic());
    if ('waitMs' in chosen) return { kind: 'held', waitMs: chosen.waitMs };
    this.#shapes.asked(chosen, clock.monotonic());
    const outcome = await this.#send(chosen, terms.timeoutMs);
    if (outcome.kind === 'timeout') {
      this.#shapes.lost(request.unit, clock.monotonic());
      await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
    }
    const isWidened = chosen.count !== request.count;
    if (outcome.kind === 'exception' && isWidened && isAboutLength(outcome.code)) {
      this.#shapes.refuseWidening(request);
      return { kind: 'held', waitMs: 0 };
    }
    return outcome.kind === 'data' && isWidened
      ? { kind: 'data', data: outcome.data.subarray(0, dataBytes(request)) }
      : outcome;
  };

  readonly close = (): void => {
    this.#isClosed = true;
    this.pipe?.close();
    this.#end({ kind: 'closed' });
  };

  readonly drop = (reason: string): void => {
    if (this.#isClosed) return;
    this.close();
    this.#lost(reason);
  };

  readonly receive = (bytes: Buffer): void => {
    const { clock } = this.#line;
    const now = clock.monotonic();
    this.#lastByteAt = now;
    const waiting = this.#inFlight;
    if (!waiting) return this.#shapes.stray(now);
    const known = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    this.#received = known.subarray(Math.max(0, known.length - MOST_BYTES));
    const found = findReply(waiting.request, waiting.sent, this.#received);
    if (!found) return;
    if (found.foreignBytes > 0) this.#shapes.stray(now);
    const reply = parseReply(waiting.request, found.pdu);
    if (reply.kind !== 'mismatch') this.#end(reply);
  };

  #send(request: Request, timeoutMs: number): Promise<Outcome> {
    const { pipe } = this;
    if (this.#isClosed || !pipe) return Promise.resolve({ kind: 'closed' });
    return new Promise((resolve) => {
      const sent = encodeRtu(request);
      const deadlineMs = timeoutMs + this.#wireMs(request, sent.length);
      const deadline = afterInput(deadlineMs, () => this.#inFlight?.sent === sent && this.#expire());
      this.#received = Buffer.alloc(0);
      this.#inFlight = { request, sent, deadline, end: resolve };
      pipe.write(sent);
    });
  }

  /** Time that request and reply need on the line; the timeout is for the device alone. */
  #wireMs(request: Request, sentLength: number): number {
    const replyLength = request.kind === 'read' ? 5 + dataBytes(request) : 0;
    return (sentLength + replyLength) * this.#line.characterMs;
  }

  #expire(): void {
    const bytes = this.#received;
    const start = bytes
      .subarray(0, 16)
      .toString('hex')
      .replaceAll(/(..)(?=.)/g, '$1 ');
    if (bytes.length > 0) this.#shapes.stray(this.#line.clock.monotonic());
    this.#end({ kind: 'timeout', found: bytes.length === 0 ? '' : `${bytes.length} bytes that do not fit: ${start}` });
  }

  #end(outcome: Outcome): void {
    const waiting = this.#inFlight;
    if (!waiting) return;
    this.#inFlight = undefined;
    clearTimeout(waiting.deadline);
    waiting.end(outcome);
  }

  /** False if the line does not fall silent in time. What has arrived meanwhile is read first, and thrown away. */
  async #awaitSilence(longestMs: number): Promise<boolean> {
    const { clock, characterMs } = this.#line;
    const giveUpAt = clock.monotonic() + longestMs;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const leftMs = this.#lastByteAt + silenceOf(characterMs) - clock.monotonic();
      if (leftMs <= 0 || this.#isClosed) return true;
      if (clock.monotonic() > giveUpAt) return false;
      await new Promise((resolve) => setTimeout(resolve, leftMs));
    }
  }
}
