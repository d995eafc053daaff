import { zstdCompressSync } from 'node:zlib';
import { SimulatedBroker } from '../locating/mqtt-broker.ts';

/** One point as the other agent tells it. */
export interface OtherPoint {
  readonly id: string;
  readonly value: number | boolean | string | null;
  readonly level?: 'good' | 'uncertain' | 'bad';
  readonly reason?: string;
}

const CATALOG = '0123456789ab';

/**
 * Another agent with its broker: publishes Firewatch JSON of a few points, all of them simulated. Every second message is
 * compact: its points stand in a catalog, and it travels as zstd.
 */
export class OtherAgent {
  readonly #broker: SimulatedBroker;
  readonly #site: string;
  readonly #everyMs: number;
  #points: readonly OtherPoint[];
  #timer: NodeJS.Timeout | undefined;
  #seq = 0;

  constructor(site: string, points: readonly OtherPoint[], { everyMs = 100, port = 0 } = {}) {
    this.#broker = new SimulatedBroker(port);
    this.#site = site;
    this.#points = points;
    this.#everyMs = everyMs;
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return this.#broker.endpoint;
  }

  /** Wire watch: messages that a client published, which nobody should. */
  get foreignMessages(): number {
    return this.#broker.foreignMessages;
  }

  async start(): Promise<void> {
    await this.#broker.start();
    this.#timer = setInterval(() => this.#step(), this.#everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#broker.stop();
  }

  /** No more by itself: a test says what is told. */
  pause(): void {
    clearInterval(this.#timer);
  }

  show(points: readonly OtherPoint[]): void {
    this.#points = points;
  }

  tell(topic: string, message: unknown): void {
    const payload = Buffer.isBuffer(message) ? message : Buffer.from(JSON.stringify(message));
    this.#broker.publish(`firewatch/${this.#site}/${topic}`, payload);
  }

  presence(state: 'online' | 'stopped' | 'lost'): void {
    this.tell('presence', { version: 1, site: this.#site, state, sim: true });
  }

  catalog(): void {
    const points = this.#points.map(({ id }) => ({ id, name: id, kind: 'number', unit: '', safetyRole: 'none' }));
    this.tell(`catalog/${CATALOG}`, { version: 1, site: this.#site, catalog: CATALOG, sim: true, points });
  }

  /** @param sourceTime UTC ms, of all points */
  samples(sourceTime: number, lane: 'live' | 'backfill' = 'live', isCompact = false): void {
    this.#seq += 1;
    const points = this.#points;
    const message = {
      version: 1,
      id: `${this.#site}/sample/${this.#seq}`,
      site: this.#site,
      seq: this.#seq,
      after: this.#seq - 1,
      lane,
      time: sourceTime + 20,
      sim: true,
      stream: 'sample',
      body: {
        ...(isCompact ? { catalog: CATALOG } : {}),
        points: isCompact ? [] : points.map(({ id }) => id),
        point: points.map((_, index) => (index === 0 ? 0 : 1)),
        value: points.map(({ value }) => value),
        sourceTime: points.map((_, index) => (index === 0 ? sourceTime : 0)),
        receiveTime: points.map((_, index) => (index === 0 ? sourceTime + 5 : 0)),
        quality: points.map(({ level = 'good', reason }) => ({ count: 1, level, ...(reason && { reason }) })),
        flags: [{ count: points.length, flags: ['sim'] }],
      },
    };
    this.tell('sample', isCompact ? zstdCompressSync(JSON.stringify(message)) : message);
  }

  #step(): void {
    this.presence('online');
    this.catalog();
    this.samples(Date.now(), 'live', this.#seq % 2 === 1);
  }
}
