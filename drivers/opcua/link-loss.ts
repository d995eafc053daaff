/** The end of a link, which everything that is under way on it ends with. */
export interface LinkLoss {
  /** Rejects when the link is gone; never resolves. For whoever waits once and for long. */
  readonly happened: Promise<never>;
  /**
   * The promise's outcome, or the loss, whichever comes first. `Promise.race` with a promise that lives as long as a
   * link keeps something of each of its calls for as long: at ten notifications a second 400 MB a day.
   */
  readonly during: <T>(promise: Promise<T>) => Promise<T>;
  /** From now on the link is gone; the first reason stands. */
  readonly declare: (reason: Error) => void;
}

export function createLinkLoss(): LinkLoss {
  const end = Promise.withResolvers<never>();
  end.promise.catch(() => {});
  const waiting = new Set<(reason: Error) => void>();
  let loss: Error | undefined;
  return {
    happened: end.promise,
    async during<T>(promise: Promise<T>) {
      const outcome = Promise.withResolvers<T>();
      promise.then(outcome.resolve, outcome.reject);
      if (loss) outcome.reject(loss);
      else waiting.add(outcome.reject);
      try {
        return await outcome.promise;
      } finally {
        waiting.delete(outcome.reject);
      }
    },
    declare(reason) {
      if (loss) return;
      loss = reason;
      end.reject(reason);
      for (const reject of waiting) reject(reason);
      waiting.clear();
    },
  };
}
