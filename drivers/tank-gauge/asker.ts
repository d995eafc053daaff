import { FrameReader, judgeFrame, type Answer } from './frame.ts';
import { encodeQuery, type Query, type QueryForm } from './query.ts';
import type { Turns } from './turns.ts';

export type Outcome =
  | Answer
  /** No answer within the time-out. */
  | { readonly kind: 'timeout' }
  /** The source has been stopped or the line is gone. */
  | { readonly kind: 'closed' };

export interface AskerLine {
  readonly write: (bytes: Uint8Array) => void;
  /** Shared by all that ask on the line: answers carry no number, so that two at once could not be told apart. */
  readonly turns: Turns;
  readonly form: QueryForm;
  readonly timeoutMs: number;
}

/** A line of noise must not put the time-out off for ever. */
const LONGEST_ANSWER_TIMEOUTS = 5;

interface Waiting {
  readonly query: Query;
  readonly end: (outcome: Outcome) => void;
  silence: NodeJS.Timeout;
  readonly deadline: NodeJS.Timeout;
}

/** One source's questions on a line. What arrives while nothing is asked is a stray and dropped. */
export class Asker {
  readonly #line: AskerLine;
  readonly #frames = new FrameReader();
  #waiting: Waiting | undefined;
  #isStopped = false;

  constructor(line: AskerLine) {
    this.#line = line;
  }

  ask(query: Query): Promise<Outcome> {
    return this.#line.turns.take(() => this.#send(query));
  }

  receive(chunk: Buffer): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    clearTimeout(waiting.silence);
    waiting.silence = setTimeout(() => this.#expire(), this.#line.timeoutMs);
    for (const frame of this.#frames.read(chunk)) {
      const answer = judgeFrame(frame, waiting.query);
      if (answer) return this.#end(answer);
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#end({ kind: 'closed' });
  }

  #send(query: Query): Promise<Outcome> {
    if (this.#isStopped) return Promise.resolve({ kind: 'closed' });
    const { timeoutMs, form, write } = this.#line;
    return new Promise((resolve) => {
      this.#frames.reset();
      this.#waiting = {
        query,
        end: resolve,
        silence: setTimeout(() => this.#expire(), timeoutMs),
        deadline: setTimeout(() => this.#expire(), timeoutMs * LONGEST_ANSWER_TIMEOUTS),
      };
      write(encodeQuery(query, form));
    });
  }

  #expire(): void {
    this.#end(
      this.#frames.isInside
        ? { kind: 'damaged', found: 'an answer that begins and does not end' }
        : { kind: 'timeout' },
    );
  }

  #end(outcome: Outcome): void {
    const waiting = this.#waiting;
    if (!waiting) return;
    this.#waiting = undefined;
    clearTimeout(waiting.silence);
    clearTimeout(waiting.deadline);
    waiting.end(outcome);
  }
}
