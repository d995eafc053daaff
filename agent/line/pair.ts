import { defer, NEVER, switchMap, type Observable } from 'rxjs';
import type { Journal } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { Stream } from '#agent/model/record.ts';
import { handoverOf, skippedThrough } from '#agent/uplink/standby/handover.ts';
import type { LeaseState } from '#agent/uplink/standby/lease.ts';
import type { SiteConfig } from '#config/site.ts';

/** Whether this box of a pair delivers; a box that is alone always does. */
export interface Pair {
  readonly lease$: Observable<LeaseState>;
  /** Those that are delivered to now. */
  readonly receiversOf: (config: SiteConfig) => SiteConfig['receivers'];
  /** Takes what the lease says; the event tells of it. */
  readonly follow: (state: LeaseState, at: Pick<SiteEvent, 'time' | 'flags'>) => SiteEvent;
  /** What the other box delivered to a receiver. */
  readonly skipThrough: (receiver: ReceiverId, stream: Stream) => number;
}

export interface PairParts {
  readonly journal: Pick<Journal, 'cursors' | 'setCursors' | 'head' | 'tail' | 'read'>;
  readonly clock: Clock;
  readonly receivers: () => SiteConfig['receivers'];
}

export function createPair({ standby, site }: SiteConfig, { journal, clock, receivers }: PairParts): Pair {
  if (!standby)
    return {
      lease$: NEVER,
      receiversOf: (config) => config.receivers,
      follow: (_state, at) => ({ ...at, kind: 'standby.alone', text: 'this box is alone' }),
      skipThrough: () => 0,
    };
  let lease: LeaseState = { isHeld: false, reason: '' };
  return {
    // Its client library is loaded here: a box that is alone need not wait for it.
    lease$: defer(() => import('#agent/uplink/standby/lease.ts')).pipe(
      switchMap(({ holdLease }) =>
        holdLease({
          options: standby,
          site: site.id,
          clock,
          handover: () => handoverOf(standby.box, journal, receivers(), clock.now()),
        }),
      ),
    ),
    receiversOf: (config) => (lease.isHeld ? config.receivers : []),
    follow(state, at) {
      const wasHeld = lease.isHeld;
      lease = state;
      const [kind, does] = state.isHeld
        ? (['standby.delivers', 'delivers'] as const)
        : ([wasHeld ? 'standby.stepped-back' : 'standby.waits', 'does not deliver'] as const);
      return {
        ...at,
        kind,
        text: `Box ${standby.box} ${does}: ${state.reason}.`,
        detail: { box: standby.box, ...(state.handover && { before: state.handover.box }) },
      };
    },
    skipThrough: (receiver, stream) => skippedThrough(journal, { receiver, stream }, lease.handover),
  };
}
