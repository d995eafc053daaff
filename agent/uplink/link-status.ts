import type { Clock } from '#agent/model/clock.ts';
import type { LinkState } from './report.ts';

/** The connection as a person sees it. */
export interface LinkStatus {
  set(state: LinkState, reason?: string, nextAttempt?: number): void;
  readonly state: LinkState;
  readonly reason: string;
  readonly since: number;
  readonly nextAttempt: number | undefined;
  readonly connections: number;
}

export function createLinkStatus(clock: Clock): LinkStatus {
  let state: LinkState = 'connecting';
  let reason = '';
  let since = clock.now();
  let nextAttempt: number | undefined;
  let connections = 0;
  return {
    set(next, why = '', at) {
      if (next !== state) since = clock.now();
      if (next === 'connected') connections += 1;
      // Why it failed stays to be read while the next attempt runs.
      if (next !== 'connecting') reason = why;
      state = next;
      nextAttempt = at;
    },
    get state() {
      return state;
    },
    get reason() {
      return reason;
    },
    get since() {
      return since;
    },
    get nextAttempt() {
      return nextAttempt;
    },
    get connections() {
      return connections;
    },
  };
}
