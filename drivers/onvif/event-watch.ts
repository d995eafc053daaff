import { setImmediate as yielded, setTimeout as delay } from 'node:timers/promises';
import { ExchangeError } from '../http-digest/exchange.ts';
import { readMessages, type EventMessage } from './event-message.ts';
import type { LeftSubscription } from './left-subscription.ts';
import type { CameraLibrary } from './library.ts';
import { PullPoint, unsubscribe, type PullPointTiming } from './pull-point.ts';
import type { CameraSession } from './session.ts';
import { SoapFault } from './soap.ts';

export interface EventListener {
  readonly subscribed: () => void;
  readonly heard: (messages: readonly EventMessage[], refused: number) => void;
  /** No events from now on, until `subscribed` again. */
  readonly lost: (reason: string) => void;
}

export interface EventTiming extends PullPointTiming {
  readonly retryMs: number;
}

/** A camera that ends our wait itself after this time has an idle limit; earlier it is a lost connection. */
const PATIENT_CAMERA_MS = 5_000;
const SHORTEST_PULL_MS = 1_000;
/** After this time a lost subscription is one that ended, as in a restart of the camera, and not one that is refused. */
const GOOD_LIFE_MS = 10_000;
/** Between two answers that were full: a storm of events costs no more than this allows. */
const COOL_DOWN_MS = 500;
const MANY_MESSAGES = 50;

/** Listens to a camera's events, through one subscription after the other. */
export class EventWatch {
  readonly #session: CameraSession;
  readonly #library: CameraLibrary;
  readonly #timing: EventTiming;
  readonly #left: LeftSubscription;
  /** Outlives the watch by a moment: who asks for a subscription waits for it, to be able to end it. */
  readonly #lingering = new AbortController();
  #creating: Promise<PullPoint | undefined> | undefined;
  #point: PullPoint | undefined;
  #pullMs: number;

  constructor(session: CameraSession, library: CameraLibrary, timing: EventTiming, left: LeftSubscription) {
    this.#left = left;
    this.#session = session;
    this.#library = library;
    this.#timing = timing;
    this.#pullMs = timing.pullMs;
  }

  /** Ends only by rejecting: stopped, login refused, or connection lost. */
  async listen(listener: EventListener, signal: AbortSignal): Promise<never> {
    for (;;) {
      const startedAt = performance.now();
      try {
        await this.#unsubscribe(signal);
        await this.#create();
        signal.throwIfAborted();
        listener.subscribed();
        await this.#point?.synchronize(signal);
        await this.#hear(listener, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (!isNoLoss(error)) throw error;
        listener.lost(error.message);
        await this.#unsubscribe(signal);
        const isRestart = performance.now() - startedAt >= GOOD_LIFE_MS;
        await delay(isRestart ? COOL_DOWN_MS : this.#timing.retryMs, undefined, { signal });
      }
    }
  }

  /** Ends the subscription in the camera, however far it had come. At most twice `withinMs`. */
  async close(withinMs: number): Promise<void> {
    const cut = setTimeout(() => this.#lingering.abort(), withinMs);
    await this.#creating;
    clearTimeout(cut);
    await this.#unsubscribe(AbortSignal.timeout(withinMs));
  }

  async #create(): Promise<void> {
    const created = PullPoint.create(this.#session, this.#library, this.#timing, this.#lingering.signal);
    this.#creating = created.then(
      (point) => {
        this.#left.set(point.reference);
        return (this.#point = point);
      },
      () => undefined,
    );
    await created;
    await this.#creating;
  }

  /** Ends ours, or the one that an earlier life left in the camera. */
  async #unsubscribe(signal: AbortSignal): Promise<void> {
    const reference = this.#left.get();
    this.#point = undefined;
    if (reference && (await unsubscribe(this.#session, this.#library, reference, signal))) this.#left.set(undefined);
  }

  /** The next question is on its way before the last answer is told: there is no moment without a connection to lose. */
  async #hear(listener: EventListener, signal: AbortSignal): Promise<never> {
    let pulling = this.#pull(signal);
    for (;;) {
      const { messages, refused, isHasty } = await pulling;
      const tell = (): void => {
        if (messages.length > 0 || refused > 0) listener.heard(messages, refused);
      };
      if (isHasty) {
        tell();
        await delay(COOL_DOWN_MS, undefined, { signal });
      }
      pulling = this.#pull(signal);
      // Awaited in the next turn, unless this one fails.
      pulling.catch(() => undefined);
      if (isHasty) continue;
      await yielded();
      signal.throwIfAborted();
      tell();
    }
  }

  async #pull(signal: AbortSignal): Promise<Pulled> {
    const startedAt = performance.now();
    const lastedMs = (): number => performance.now() - startedAt;
    try {
      const body = await this.#point?.pull(this.#pullMs, signal);
      if (!body) throw new SoapFault('there is no subscription');
      const { messages, refused } = readMessages(body);
      // A storm, or a camera that answers at once with nothing: both would be asked without end.
      const isHasty = messages.length >= MANY_MESSAGES || (messages.length === 0 && lastedMs() < SHORTEST_PULL_MS / 2);
      return { messages, refused, isHasty };
    } catch (error) {
      const isIdleLimit = error instanceof ExchangeError && error.failure === 'cut' && lastedMs() >= PATIENT_CAMERA_MS;
      if (!isIdleLimit || this.#pullMs < lastedMs() / 2) throw error;
      this.#pullMs = Math.max(SHORTEST_PULL_MS, lastedMs() * 0.8);
      return { messages: [], refused: 0, isHasty: false };
    }
  }
}

interface Pulled {
  readonly messages: readonly EventMessage[];
  readonly refused: number;
  readonly isHasty: boolean;
}

/** The camera is there, and its subscription is not, or what it says makes no sense. */
const isNoLoss = (error: unknown): error is Error =>
  error instanceof SoapFault ||
  (error instanceof ExchangeError && ['too-long', 'no-http', 'no-answer'].includes(error.failure));
