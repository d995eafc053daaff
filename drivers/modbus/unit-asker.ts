import type { Clock } from '#agent/model/clock.ts';
import type { Bus, BusClient } from './bus.ts';
import { meaningOf } from './exception-meaning.ts';
import type { Request } from './request.ts';
import type { UnitOptions } from './schema.ts';

/** What came of asking a unit, after repeating where repeating helps. */
export type Answer =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'refused'; readonly code: number }
  /** Nothing usable. `code` is the gateway's exception, where one spoke for the unit. */
  | { readonly kind: 'silent'; readonly code?: number; readonly found: string }
  | { readonly kind: 'closed' };

export interface AskerOptions {
  readonly settings: UnitOptions;
  readonly bus: Bus;
  readonly client: BusClient;
  readonly clock: Clock;
}

/** What each attempt to ask may do. */
export interface AskTerms {
  /** Monotonic ms: when the reading was due. */
  readonly due: number;
  readonly maxCount: number;
  /** Ask once more when no reply comes: a single lost reply is no silence. */
  readonly mayRepeat: boolean;
}

const BUSY_TRIES = 3;
const BUSY_WAIT_MS = 200;

/** Asks one unit, one request at a time, within its budget. Waits here hold nobody else up. */
export class UnitAsker {
  readonly #options: AskerOptions;
  /** Between the starts of two requests: the budget. */
  readonly #spacingMs: number;
  #lastStart = -Infinity;
  #lastEnd = -Infinity;
  #isStopped = false;
  /** It stayed busy through all tries: until it answers again each request is tried once, so that none waits long to be told. */
  #isBusy = false;
  #wake: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: AskerOptions) {
    this.#options = options;
    const { requestsPerSecond } = options.settings;
    this.#spacingMs = requestsPerSecond === undefined ? 0 : 1000 / requestsPerSecond;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#wake?.();
  }

  async ask(request: Request, terms: AskTerms): Promise<Answer> {
    let repeats = terms.mayRepeat ? 1 : 0;
    let busyTries = this.#isBusy ? 0 : BUSY_TRIES;
    for (;;) {
      await this.#keepDistance();
      if (this.#isStopped) return { kind: 'closed' };
      const outcome = await this.#options.bus.request({
        client: this.#options.client,
        request,
        terms: { timeoutMs: this.#options.settings.timeout, maxCount: terms.maxCount },
        due: terms.due,
      });
      this.#lastEnd = this.#options.clock.monotonic();
      if (outcome.kind === 'data') this.#isBusy = false;
      if (outcome.kind === 'data' || outcome.kind === 'closed') return outcome;
      if (outcome.kind === 'held') await this.sleep(outcome.waitMs);
      else if (outcome.kind === 'timeout') {
        if (repeats === 0) return { kind: 'silent', found: outcome.found };
        repeats -= 1;
      } else {
        const meaning = meaningOf(outcome.code);
        if (meaning === 'silent') return { kind: 'silent', code: outcome.code, found: '' };
        this.#isBusy = meaning === 'wait' && busyTries === 0;
        if (meaning !== 'wait' || busyTries === 0) return { ...outcome, kind: 'refused' };
        await this.sleep(BUSY_WAIT_MS * 2 ** (BUSY_TRIES - busyTries));
        busyTries -= 1;
      }
    }
  }

  /** Ends early when stopped. One sleeper at a time: a unit does one thing after the other. */
  sleep(ms: number): Promise<void> {
    if (this.#isStopped || ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#timer = setTimeout(resolve, ms);
    });
  }

  async #keepDistance(): Promise<void> {
    const now = this.#options.clock.monotonic();
    const earliest = Math.max(this.#lastEnd + this.#options.settings.minGap, this.#lastStart + this.#spacingMs);
    if (earliest > now) await this.sleep(earliest - now);
    this.#lastStart = this.#options.clock.monotonic();
  }
}
