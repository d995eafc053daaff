import type { NatsServerOptions } from './receiver.ts';

/**
 * Two boxes read the same plant, and one of them at a time delivers. Who does holds a lease in a JetStream cluster; there
 * is no other talk between them.
 */
export interface StandbyOptions {
  /** Name of this box of the two: it delivers as site `<site>-<box>`, because its records have numbers of their own. */
  readonly box: string;
  readonly server: NatsServerOptions;
  /** Key-value bucket of the lease; a second one, `<bucket>-handover`, says what was delivered. Made where missing. */
  readonly bucket: string;
  /** Copies of each bucket in the cluster. */
  readonly replicas: number;
  /** A box that was not heard of for so long has lost the lease. Milliseconds. */
  readonly leaseMs: number;
}
