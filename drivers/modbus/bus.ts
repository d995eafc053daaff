import type { Clock } from '#agent/model/clock.ts';
import type { Connection, ExchangeTerms, OpenConnection, Outcome } from './connection.ts';
import type { Request } from './request.ts';

export interface BusOptions {
  /** `10.0.0.5:502`, `/dev/ttyUSB0`; for messages. */
  readonly name: string;
  readonly open: OpenConnection;
  /** Silence after a connection is made. */
  readonly pauseAfterConnectMs: number;
  /** Silence between two exchanges. */
  readonly turnaroundMs: number;
  /** Share of the bus's time that asking silent units may take, 0 to 1. */
  readonly probeShare: number;
  /** So many requests in a row without any answer, and the connection is given up as dead. */
  readonly deadAfter: number;
}

export interface BusClient {
  readonly units: readonly number[];
  readonly opened: () => void;
  readonly lost: (reason: string) => void;
}

export interface Job {
  readonly client: BusClient;
  readonly request: Request;
  readonly terms: ExchangeTerms;
  /** Monotonic ms at which it should be asked; the earliest goes first. */
  readonly due: number;
}

/** Bus time for tries of silent units that may be saved up. */
const PROBE_CREDIT_MS = 5000;

interface Queued extends Job {
  readonly end: (outcome: Outcome) => void;
}

/**
 * One connection and everybody who asks through it: all units behind a gateway, and all sources that name it. One
 * exchange at a time, the most urgent first.
 */
export class Bus {
  readonly #options: BusOptions;
  readonly #clock: Clock;
  readonly #clients = new Set<BusClient>();
  readonly #queue: Queued[] = [];
  #connection: Connection | undefined;
  #opening: AbortController | undefined;
  #isRunning = false;
  /** Requests without answer since the last answer, and the units they went to. */
  #unanswered = 0;
  readonly #silent = new Set<number>();
  /** Units that have answered on this connection. */
  readonly #proven = new Set<number>();
  #probeCreditMs = PROBE_CREDIT_MS;
  #probeCreditAt: number;

  constructor(options: BusOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#probeCreditAt = clock.monotonic();
  }

  /** Connects if nobody has yet. `opened` is called as soon as the bus can be asked. */
  attach(client: BusClient): void {
    this.#clients.add(client);
    if (this.#opening) return;
    if (this.#connection) queueMicrotask(() => this.#clients.has(client) && client.opened());
    else void this.#open();
  }

  detach(client: BusClient): void {
    this.#clients.delete(client);
    this.#abandon((job) => job.client === client);
  }

  close(): void {
    this.#opening?.abort();
    this.#opening = undefined;
    this.#connection?.close();
    this.#connection = undefined;
    this.#abandon(() => true);
  }

  request(job: Job): Promise<Outcome> {
    return new Promise((resolve) => {
      if (!this.#connection) return resolve({ kind: 'closed' });
      this.#queue.push({ ...job, end: resolve });
      if (!this.#isRunning) void this.#run();
    });
  }

  /**
   * Asks for leave to try a silent unit, which costs the bus `costMs` when it is still silent. Leave is given so rarely
   * that the answering units keep their share; a few tries in a row are free, because most silences are short.
   */
  mayProbe(unit: number, costMs: number): boolean {
    const { probeShare } = this.#options;
    const now = this.#clock.monotonic();
    const earned = (now - this.#probeCreditAt) * probeShare;
    this.#probeCreditMs = Math.min(this.#probeCreditMs + earned, PROBE_CREDIT_MS);
    this.#probeCreditAt = now;
    const isHindrance = [...this.#proven].some((other) => other !== unit && !this.#silent.has(other));
    if (isHindrance && this.#probeCreditMs < costMs) return false;
    this.#probeCreditMs = Math.max(0, this.#probeCreditMs - costMs);
    return true;
  }

  async #open(): Promise<void> {
    const opening = new AbortController();
    this.#opening = opening;
    try {
      const connection = await this.#options.open((reason) => this.#lose(reason), opening.signal);
      if (opening.signal.aborted) return connection.close();
      this.#connection = connection;
      await delay(this.#options.pauseAfterConnectMs);
      if (this.#connection !== connection) return;
      this.#opening = undefined;
      this.#unanswered = 0;
      this.#silent.clear();
      this.#proven.clear();
      for (const client of this.#clients) client.opened();
    } catch (error) {
      if (!opening.signal.aborted) this.#lose(error instanceof Error ? error.message : String(error));
    }
  }

  #lose(reason: string): void {
    this.close();
    // Whoever connects anew while the others are being told belongs to the next connection.
    const affected = [...this.#clients];
    for (const client of affected) client.lost(`${this.#options.name}: ${reason}`);
  }

  #abandon(isMeant: (job: Queued) => boolean): void {
    for (const job of this.#queue.filter(isMeant)) {
      this.#queue.splice(this.#queue.indexOf(job), 1);
      job.end({ kind: 'closed' });
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let job = this.#next(); job; job = this.#next()) {
      const connection = this.#connection;
      const outcome: Outcome = connection ? await connection.exchange(job.request, job.terms) : { kind: 'closed' };
      job.end(outcome);
      this.#judge(job.request.unit, outcome);
      if (this.#options.turnaroundMs > 0) await delay(this.#options.turnaroundMs);
    }
    this.#isRunning = false;
  }

  #next(): Queued | undefined {
    let first = 0;
    for (let at = 1; at < this.#queue.length; at += 1)
      if ((this.#queue[at]?.due ?? 0) < (this.#queue[first]?.due ?? 0)) first = at;
    return this.#queue.splice(first, 1)[0];
  }

  /**
   * An open socket proves nothing. When nobody answers any more the other end may be long gone: all units silent in turn,
   * or several in a row that used to answer.
   */
  #judge(unit: number, outcome: Outcome): void {
    if (outcome.kind === 'held' || outcome.kind === 'closed') return;
    if (outcome.kind !== 'timeout') {
      this.#unanswered = 0;
      this.#silent.clear();
      this.#proven.add(unit);
      return;
    }
    this.#unanswered += 1;
    this.#silent.add(unit);
    const { deadAfter } = this.#options;
    const isEverybody = [...this.#clients].every((client) => client.units.every((unit) => this.#silent.has(unit)));
    const hasFallenSilent = [...this.#silent].filter((unit) => this.#proven.has(unit)).length >= deadAfter;
    if (this.#unanswered >= deadAfter && (isEverybody || hasFallenSilent))
      this.#lose(`connected, but the last ${this.#unanswered} requests were not answered`);
  }
}

const delay = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
