import type { Wrapper } from './wrapper.ts';
import { subscribeMessage } from './wrapper.ts';

/** Not authorised, by the standard's list of WebSocket errors. */
const NOT_AUTHORISED = 10_004;

export interface SubscriberOutside {
  readonly send: (message: string) => void;
  /** All topics are subscribed to. */
  readonly done: () => void;
  readonly failed: (reason: string, isRefusal: boolean) => void;
}

/**
 * Subscribes to one topic after the other: a hub's answers do not say which request they belong to, so there is never
 * more than one open. Subscription ids are not kept: one widespread hub leaves them out of its messages, and each topic is
 * subscribed to once, so that the topic says as much.
 */
export class Subscriber {
  readonly #waiting: string[];
  readonly #answerWithinMs: number;
  readonly #outside: SubscriberOutside;
  #open: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(topics: readonly string[], answerWithinMs: number, outside: SubscriberOutside) {
    this.#waiting = [...new Set(topics)];
    this.#answerWithinMs = answerWithinMs;
    this.#outside = outside;
  }

  next(): void {
    this.close();
    const topic = this.#waiting.shift();
    this.#open = topic;
    if (topic === undefined) return this.#outside.done();
    this.#timer = setTimeout(() => {
      this.#outside.failed(`no answer to the subscription of ${topic} within ${this.#answerWithinMs} ms`, false);
    }, this.#answerWithinMs);
    this.#outside.send(subscribeMessage(topic));
  }

  /** True when the message was an answer to us. */
  takes({ event, topic, code, description = '' }: Wrapper): boolean {
    if (event === 'subscribed') {
      // A late answer to nothing is no answer to the next one.
      if (this.#open !== undefined && (topic === undefined || topic === this.#open)) this.next();
      return true;
    }
    if (event !== 'error' || this.#open === undefined) return false;
    this.#outside.failed(
      `the hub refuses the subscription of ${this.#open}: error ${code ?? ''} ${description}`.trim(),
      code === NOT_AUTHORISED,
    );
    return true;
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
