/** What a camera tells in one notification. */
export interface Told {
  /** With its prefix, as on the wire. */
  readonly topic: string;
  readonly operation?: 'Initialized' | 'Changed' | 'Deleted';
  readonly source: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  readonly time: number;
}

interface Subscription {
  readonly id: number;
  readonly queue: Told[];
  endsAt: number;
  lifeMs: number;
  wake: (() => void) | undefined;
}

/** A camera forgets the oldest when nobody fetches them. */
const QUEUE = 200;

/** The few subscriptions that a camera can hold. */
export class Subscriptions {
  readonly #most: number;
  readonly #all = new Map<number, Subscription>();
  #nextId = 1;
  #created = 0;
  #isClosed = false;

  constructor(most: number) {
    this.#most = most;
  }

  /** That are alive now. */
  get count(): number {
    this.#expire();
    return this.#all.size;
  }

  get created(): number {
    return this.#created;
  }

  /** From now on there is no room; or there is again. */
  close(isClosed: boolean): void {
    this.#isClosed = isClosed;
    if (isClosed) this.forget();
  }

  forget(): void {
    for (const one of this.#all.values()) one.wake?.();
    this.#all.clear();
  }

  /** Undefined when the camera has no room. */
  create(lifeMs: number): number | undefined {
    this.#expire();
    if (this.#isClosed || this.#all.size >= this.#most) return undefined;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#created += 1;
    this.#all.set(id, { id, queue: [], endsAt: Date.now() + lifeMs, lifeMs, wake: undefined });
    return id;
  }

  has(id: number): boolean {
    this.#expire();
    return this.#all.has(id);
  }

  renew(id: number, lifeMs: number): void {
    const one = this.#all.get(id);
    if (one) one.endsAt = Date.now() + lifeMs;
  }

  endOf(id: number): number {
    return this.#all.get(id)?.endsAt ?? 0;
  }

  end(id: number): void {
    this.#all.get(id)?.wake?.();
    this.#all.delete(id);
  }

  tell(told: Told, only?: number): void {
    for (const one of this.#all.values()) {
      if (only !== undefined && one.id !== only) continue;
      one.queue.push(told);
      if (one.queue.length > QUEUE) one.queue.shift();
      one.wake?.();
    }
  }

  /** At most `limit` messages as soon as there is one, or none when the time is up or the subscription ended. */
  async pull(id: number, limit: number, waitMs: number): Promise<readonly Told[]> {
    const one = this.#all.get(id);
    if (!one) return [];
    if (one.queue.length === 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, waitMs);
        one.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      one.wake = undefined;
    }
    return one.queue.splice(0, limit);
  }

  #expire(): void {
    const now = Date.now();
    for (const { id, endsAt } of this.#all.values()) if (endsAt <= now) this.end(id);
  }
}
