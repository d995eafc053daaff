/** One running timer. Its place in the heap is kept so that it can be taken out without a search. */
export interface Timer<What> {
  readonly dueMs: number;
  readonly what: What;
  /** Ties are served in the order in which they were set, so that a run can be repeated exactly. */
  readonly order: number;
  slot: number;
}

/**
 * Timers by monotonic time, in a binary heap: setting and cancelling cost log n, asking for the next one nothing. A
 * hundred thousand running delays are never scanned.
 */
export class Timers<What> {
  readonly #heap: Timer<What>[] = [];
  #orders = 0;

  get size(): number {
    return this.#heap.length;
  }

  nextDue(): number | undefined {
    return this.#heap[0]?.dueMs;
  }

  /** All that run, in no particular order. */
  running(): What[] {
    return this.#heap.map((timer) => timer.what);
  }

  set(dueMs: number, what: What): Timer<What> {
    const timer: Timer<What> = { dueMs, what, order: this.#orders, slot: this.#heap.length };
    this.#orders += 1;
    this.#heap.push(timer);
    this.#rise(timer);
    return timer;
  }

  /** Takes a running timer out. One that has fired or been cancelled is left alone. */
  cancel(timer: Timer<What>): void {
    const { slot } = timer;
    if (this.#heap[slot] !== timer) return;
    const last = this.#heap.pop();
    timer.slot = -1;
    if (last === undefined || last === timer) return;
    this.#place(last, slot);
    this.#rise(last);
    this.#sink(last);
  }

  /** Takes out the earliest timer due at this time or before. */
  takeDue(monotonicMs: number): Timer<What> | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.dueMs > monotonicMs) return undefined;
    this.cancel(first);
    return first;
  }

  #rise(timer: Timer<What>): void {
    while (timer.slot > 0) {
      const parentSlot = (timer.slot - 1) >> 1;
      const parent = this.#heap[parentSlot];
      if (parent === undefined || isBefore(parent, timer)) return;
      this.#place(parent, timer.slot);
      this.#place(timer, parentSlot);
    }
  }

  #sink(timer: Timer<What>): void {
    for (;;) {
      const left = this.#heap[timer.slot * 2 + 1];
      const right = this.#heap[timer.slot * 2 + 2];
      const child = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(timer, child)) return;
      const { slot } = child;
      this.#place(child, timer.slot);
      this.#place(timer, slot);
    }
  }

  #place(timer: Timer<What>, slot: number): void {
    this.#heap[slot] = timer;
    timer.slot = slot;
  }
}

const isBefore = (a: Timer<unknown>, b: Timer<unknown>): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
