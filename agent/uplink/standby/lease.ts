import { Kvm, type KV } from '@nats-io/kv';
import { jetstream } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { StandbyOptions } from '#agent/model/standby.ts';
import { natsConnectOptions } from '../transports/nats-connect-options.ts';
import { whyNatsLost } from '../transports/nats-reasons.ts';
import { parseHandover, type Handover } from './handover.ts';

/** Whether this box delivers. */
export interface LeaseState {
  readonly isHeld: boolean;
  /** While held: what the box before delivered; absent where that was this box, or nobody. */
  readonly handover?: Handover;
  /** One sentence for a person. */
  readonly reason: string;
}

export interface LeaseParts {
  readonly options: StandbyOptions;
  /** Key of the lease. */
  readonly site: string;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Asked at each renewal, while held: what a box that takes over need not deliver again. */
  readonly handover: () => Handover;
}

/** The lease is renewed so often within its time. */
const RENEWALS = 4;
/** The holder gives up before the server forgets it: two must never deliver at once. */
const OWN_SHARE = 0.8;

/**
 * Holds the lease whenever nobody else does. Emits each change, first that it is not held; never errors or completes.
 * The server forgets a lease that is not renewed (the bucket's age limit), so no two clocks are ever compared; the holder
 * counts from before it asked. Unsubscribing gives the lease back at once.
 */
export const holdLease = (parts: LeaseParts): Observable<LeaseState> =>
  new Observable((subscriber) => {
    const keeper = new LeaseKeeper(parts, (state) => subscriber.next(state));
    keeper.start();
    return () => keeper.stop();
  });

interface Held {
  revision: number;
  /** Monotonic ms. */
  until: number;
}

class LeaseKeeper {
  readonly #parts: LeaseParts;
  readonly #tell: (state: LeaseState) => void;
  #told = '';
  #held: Held | undefined;
  #connection: NatsConnection | undefined;
  #buckets: { readonly lease: KV; readonly handover: KV } | undefined;
  #turn: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(parts: LeaseParts, tell: (state: LeaseState) => void) {
    this.#parts = parts;
    this.#tell = tell;
  }

  start(): void {
    this.#become({ isHeld: false, reason: 'the lease was not asked for yet' });
    void this.#run();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#turn);
    clearTimeout(this.#expiry);
    void this.#giveBack();
  }

  /** One turn after the other, never two at once. */
  async #run(): Promise<void> {
    const { leaseMs } = this.#parts.options;
    try {
      await this.#look();
    } catch (error) {
      this.#disconnect();
      if (!this.#held) this.#become({ isHeld: false, reason: `the lease can not be asked for: ${whyNatsLost(error)}` });
    }
    if (!this.#isStopped) this.#turn = setTimeout(() => void this.#run(), leaseMs / RENEWALS);
  }

  async #look(): Promise<void> {
    const { options, site, clock, handover } = this.#parts;
    const buckets = (this.#buckets ??= await this.#open());
    const askedAt = clock.monotonic();
    if (this.#held) {
      const { revision } = this.#held;
      await buckets.handover.put(site, JSON.stringify(handover()));
      try {
        this.#hold(askedAt, await buckets.lease.update(site, options.box, revision));
      } catch (error) {
        if (!isConflict(error)) throw error;
        this.#lose('another box holds the lease');
      }
      return;
    }
    const found = await buckets.lease.get(site);
    if (found?.operation === 'PUT') {
      this.#become({ isHeld: false, reason: `box ${found.string()} delivers` });
      return;
    }
    let revision;
    try {
      revision = await buckets.lease.create(site, options.box);
    } catch (error) {
      if (isConflict(error)) return;
      throw error;
    }
    const before = parseHandover((await buckets.handover.get(site))?.string());
    if (this.#isStopped) return;
    this.#hold(askedAt, revision);
    const isOther = before !== undefined && before.box !== options.box;
    this.#become({
      isHeld: true,
      reason: isOther ? `box ${before.box} delivered before` : 'no other box delivered before',
      ...(isOther && { handover: before }),
    });
  }

  #hold(askedAt: number, revision: number): void {
    const { clock, options } = this.#parts;
    const until = askedAt + options.leaseMs * OWN_SHARE;
    this.#held = { revision, until };
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(
      () => this.#lose('the lease could not be renewed in time'),
      Math.max(0, until - clock.monotonic()),
    );
  }

  #lose(reason: string): void {
    this.#held = undefined;
    clearTimeout(this.#expiry);
    this.#become({ isHeld: false, reason });
  }

  async #open() {
    const { options } = this.#parts;
    this.#disconnect();
    const { timeoutMs } = options.server;
    const connection = await connect({ ...natsConnectOptions(options.server), timeout: timeoutMs });
    this.#connection = connection;
    if (this.#isStopped) throw new Error('stopped meanwhile');
    const kvm = new Kvm(jetstream(connection, { timeout: timeoutMs }));
    const { bucket, replicas, leaseMs } = options;
    const common = { replicas, history: 1, timeout: timeoutMs };
    return {
      lease: await kvm.create(bucket, { ...common, ttl: leaseMs }),
      handover: await kvm.create(`${bucket}-handover`, common),
    };
  }

  #disconnect(): void {
    this.#buckets = undefined;
    const connection = this.#connection;
    this.#connection = undefined;
    void connection?.close().catch(() => undefined);
  }

  async #giveBack(): Promise<void> {
    const { site, handover } = this.#parts;
    const [held, buckets] = [this.#held, this.#buckets];
    this.#held = undefined;
    try {
      if (held && buckets) {
        await buckets.handover.put(site, JSON.stringify(handover()));
        await buckets.lease.delete(site, { previousSeq: held.revision });
      }
    } catch {
      // It runs out by itself.
    }
    this.#disconnect();
  }

  #become(state: LeaseState): void {
    const told = JSON.stringify([state.isHeld, state.reason]);
    if (told === this.#told || this.#isStopped) return;
    this.#told = told;
    this.#tell(state);
  }
}

/** The server refuses a write whose revision is not the last: somebody else was there first. */
const isConflict = (error: unknown): boolean => /wrong last sequence|key exists/i.test(String(error));
