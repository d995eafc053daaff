import { sourceId } from './ids.ts';
import type { SourceId } from './ids.ts';

/**
 * The source of points that no connection delivers: what the site itself derives from others. It is in no list of sources,
 * is never read, has no status and no communication alarm; no configured source may bear its name.
 */
export const SITE_SOURCE: SourceId = sourceId('site');

/**
 * State of one connection. `online` is a claim with evidence: data or a keep-alive was seen within the driver's own
 * limit. An open socket alone is not online.
 *
 * - `connecting`: nothing seen yet in this attempt
 * - `online`: data or keep-alive seen
 * - `degraded`: connected, but part of it does not work (some units dead, a subscription silent)
 * - `offline`: no connection; the next attempt is scheduled (the supervisor says when)
 * - `stopped`: taken out of service here, on purpose
 */
export type SourceState = 'connecting' | 'online' | 'degraded' | 'offline' | 'stopped';

export interface SourceStatus {
  readonly source: SourceId;
  readonly state: SourceState;
  /** One sentence for a person: what was being done, to what, what was found. Empty when online. */
  readonly reason: string;
  /** UTC ms since when the state holds. */
  readonly since: number;
  /** UTC ms of the next attempt, while offline. */
  readonly nextAttempt?: number;
}
