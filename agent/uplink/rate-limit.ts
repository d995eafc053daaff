/** Lets so many units through a second, on average; a single larger piece goes whole and is paid for afterwards. */
export interface RateLimit {
  isOpen(nowMs: number): boolean;
  spend(units: number, nowMs: number): void;
}

export function createRateLimit(perSecond: number): RateLimit {
  const burst = perSecond / 4;
  let balance = burst;
  let at: number | undefined;
  const refill = (nowMs: number): void => {
    if (at !== undefined) balance = Math.min(burst, balance + (perSecond * (nowMs - at)) / 1000);
    at = nowMs;
  };
  return {
    isOpen(nowMs) {
      refill(nowMs);
      return balance > 0;
    },
    spend(units, nowMs) {
      refill(nowMs);
      balance -= units;
    },
  };
}
