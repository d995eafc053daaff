/** What a site has no reason to change. Milliseconds and bytes. */
export interface Tuning {
  /** A larger block of samples is sent in parts. Other records are never split. */
  readonly messageBytes: number;
  /** Bytes in flight at most; shrinks by itself on a slow link, so that an alarm never waits behind much. */
  readonly windowBytes: number;
  /** A link on which nothing is acknowledged for so long is taken for dead; doubles while it keeps happening. */
  readonly ackTimeoutMs: number;
  /**
   * After a lost connection, what was acknowledged within this time is sent again: a broker that was killed has lost
   * what it had acknowledged and not yet passed on (mosquitto #3400). Less where
   * connections break before they get anywhere. Receivers drop the repeats by id.
   */
  readonly overlapMs: number;
  /** Records that need no message of their own (filtered, expired) are accounted for at the latest after this time. */
  readonly coverageAfterMs: number;
  /**
   * A message refused so many times is put into quarantine; and one that was alone under way when so many connections
   * broke, if another message then gets through and this one still does not.
   */
  readonly tries: number;
  /** Wait before a refused message is tried again. A stream that is held waits twice as long each time, up to 32 times. */
  readonly retryMs: number;
  readonly backoffBaseMs: number;
  readonly backoffCapMs: number;
  /** Cursors are stored at most this often. A crash repeats at most what was acknowledged in between. */
  readonly flushMs: number;
  readonly reportMs: number;
  readonly tickMs: number;
}

export const defaultTuning: Tuning = {
  messageBytes: 64 * 1024,
  windowBytes: 1024 * 1024,
  ackTimeoutMs: 15_000,
  overlapMs: 10_000,
  coverageAfterMs: 5_000,
  tries: 5,
  retryMs: 1_000,
  backoffBaseMs: 500,
  backoffCapMs: 30_000,
  flushMs: 250,
  reportMs: 1_000,
  tickMs: 50,
};
