import { ExchangeError } from '../http-digest/exchange.ts';

/** Waits for nothing but the end: rejects when `signal` is aborted. */
export const untilStopped = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(new ExchangeError('stopped', 'stopped'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
