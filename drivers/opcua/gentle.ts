import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#agent/model/clock.ts';
import type { UaConnection } from './connection.ts';

/** A server rests so many times as long as an answer took: what is not urgent takes a fifth of its time. */
const REST = 4;
const LONGEST_REST_MS = 5000;

/**
 * Requests that can wait. Descriptions of fifty thousand nodes, asked for in one go, keep a server from sending their
 * values for a minute.
 */
export function gently(connection: Pick<UaConnection, 'request'>, clock: Clock): Pick<UaConnection, 'request'> {
  return {
    async request(message, what, patienceMs) {
      const began = clock.monotonic();
      try {
        return await connection.request(message, what, patienceMs);
      } finally {
        const restMs = Math.min(LONGEST_REST_MS, REST * (clock.monotonic() - began));
        await sleep(restMs, undefined, { ref: false });
      }
    },
  };
}
