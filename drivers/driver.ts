import type { Observable } from 'rxjs';
import type { AddressedPoint, SourceKind } from '#config/source-kind.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent, Gap } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { PointId, SourceId } from '#agent/model/ids.ts';
import type { Footage, Picture } from '#agent/model/picture.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceState } from '#agent/model/source.ts';

/**
 * A kind of device and how to read it. A driver never writes to the device: no write function exists in its folder, and
 * test/contract watches the wire.
 *
 * ### Life of `open`
 * - `open` itself does nothing but return; **subscribing connects**.
 * - **Unsubscribing releases** every socket, timer and session within `releaseWithinMs`, whatever state they are in.
 * - **An error means that the connection was lost** (or could never be made). The driver does not reconnect by itself:
 *   the supervisor subscribes again, with back-off. A fault of one point, unit or group is no error: it is a bad sample.
 * - Completing is an error too: a source has no end.
 *
 * ### Promises to the supervisor
 * - Every configured point gets a sample in each cycle, or when it changes, or a bad one with its reason. Silence is
 *   allowed only when a keep-alive proves that nothing changed; the driver then repeats `status: online`.
 * - At most one batch per reply or notification; batches keep the device's order; a point's samples keep theirs.
 * - Nothing is held at module level; two sources of a kind know nothing of each other except through {@link DriverContext.share}.
 */
export interface Driver<Options = unknown, Address = unknown> extends SourceKind<Options, Address> {
  readonly open: (options: Options, context: DriverContext<Address>) => Observable<Signal>;
  /** Longest time from unsubscribe to everything released. Milliseconds. */
  readonly releaseWithinMs: number;
  /**
   * How long a connection may take until its first sample or `online`, where that may be longer than usual: several
   * addresses are tried in turn, or a device calls us when it likes. Milliseconds; the supervisor allows no less than its
   * own limit.
   */
  readonly firstDataWithinMs?: (options: Options) => number;
}

export interface DriverContext<Address> {
  readonly source: SourceId;
  readonly points: readonly DriverPoint<Address>[];
  readonly clock: Clock;
  /** A directory of this source's own, for a client certificate and the like. Exists. */
  readonly stateDir: string;
  /**
   * Resolves once all samples that were emitted before are on the journal's disk, and never while the disk refuses: for a
   * sender that must not forget earlier. Absent: nobody keeps them.
   */
  readonly stored?: () => Promise<unknown>;
  /**
   * One object for all sources of the agent that name the same key, made by the first and released with the last: the
   * socket of a gateway that accepts a single connection. Released by the returned function, once.
   */
  readonly share: <T>(key: string, make: () => { readonly value: T; readonly dispose: () => void }) => Shared<T>;
}

export interface Shared<T> {
  readonly value: T;
  readonly release: () => void;
}

export interface DriverPoint<Address> extends AddressedPoint<Address> {
  readonly id: PointId;
  /** What the engineer expects, as a hint for decoding states; never a reason to change a value. */
  readonly kind: string;
}

/** What flows out of a driver. */
export type Signal =
  | { readonly type: 'samples'; readonly samples: readonly Sample[] }
  | {
      readonly type: 'status';
      readonly state: Exclude<SourceState, 'stopped' | 'offline'>;
      readonly reason: string;
      /**
       * False: `online` says that the connection stands and nothing of the points, which go on ageing. For sources behind
       * a broker or a listening port, where a sender may be long dead. Default true.
       */
      readonly provesValues?: boolean;
    }
  /** What is no sample of a configured point: positions, permits, records of registers. */
  | { readonly type: 'facts'; readonly facts: readonly Fact[] }
  | { readonly type: 'event'; readonly event: SiteEvent }
  | { readonly type: 'gap'; readonly gap: Gap }
  /** A picture of a camera, fetched for its health anyway; kept only where an alarm needs it as evidence. */
  | { readonly type: 'picture'; readonly picture: Picture }
  /** A piece of what a camera films; kept only where an alarm needs it as evidence. */
  | { readonly type: 'footage'; readonly footage: Footage }
  /** What the device says of itself: vendor, product, ranges. For the page and the commissioning report. */
  | { readonly type: 'device'; readonly facts: Readonly<Record<string, string>> };

/** Keeps the types of options and address together; the registry holds drivers with both erased. */
export const defineDriver = <Options, Address>(driver: Driver<Options, Address>): Driver<Options, Address> => driver;

/** Why a connection failed, in the words of the integrator. The supervisor shows `message` as the source's reason. */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  /** Milliseconds to wait at least before the next attempt, e.g. after a refused login; the back-off may be longer. */
  readonly retryAfterMs: number;

  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
