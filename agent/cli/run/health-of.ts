import { health } from '#agent/observe/health.ts';
import type { Health } from '#agent/observe/health.ts';
import type { LoopLag } from '#agent/observe/loop-lag.ts';
import type { RunningSite } from '#agent/site.ts';

/** What a running site says about itself, summed up. */
export function healthOf(site: RunningSite, loopLag: LoopLag): Health {
  const { sources, uplinks, journalHealth } = site.report();
  const { trouble, text } = journalHealth.disk;
  return health({
    sources: new Map(sources.map(({ id, status }) => [id, status])),
    uplinks: uplinks.map(({ receiver, state, reason, since }) => ({
      receiver,
      isConnected: state === 'connected',
      reason: reason === '' ? state : reason,
      since,
    })),
    ...(trouble !== 'none' && { journalFault: `the journal's disk is ${trouble}: ${text}` }),
    loopLag,
  });
}
