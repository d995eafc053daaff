import type { Signal } from '#drivers/driver.ts';
import type { StandingAlarms } from './plant-alarm-book.ts';
import type { Seam } from './seam.ts';

/** What one connection leaves for the next of the same source. */
export interface Memory {
  /** Tried first: the endpoint that answered last, or the next one after a refused login. */
  firstChoice?: string;
  /** The endpoint that served last. */
  served?: string;
  /** When each certificate was warned of last: UTC ms by thumbprint. */
  warnedOf?: Map<string, number>;
  /** It was told that the password is sent without security. */
  toldExposure?: boolean;
  /** Logins that were refused since one was accepted. */
  refusedLogins?: number;
  /** UTC ms of the last sign of life; where an outage begins. */
  aliveAt?: number;
  /** Alarms of the plant that stood when they were last heard of. */
  standing?: StandingAlarms;
  /** Where values from the server's history may be put in. */
  seam?: Seam;
}

/** What a connection has to do with the world around it. */
export interface Outside {
  readonly emit: (signal: Signal) => void;
  /** Aborted when the driver is unsubscribed. */
  readonly signal: AbortSignal;
  readonly memory: Memory;
}
