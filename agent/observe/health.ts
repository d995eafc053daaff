import type { ReceiverId, SourceId } from '#agent/model/ids.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { LoopLag } from './loop-lag.ts';

/** What is known when somebody asks for the agent's health. */
export interface HealthFacts {
  /** Every configured source with its last status; undefined before the first. */
  readonly sources: ReadonlyMap<SourceId, SourceStatus | undefined>;
  readonly uplinks: readonly UplinkFacts[];
  /** Why the journal does not take records now, or undefined when it does. */
  readonly journalFault?: string;
  readonly loopLag: LoopLag;
}

interface UplinkFacts {
  readonly receiver: ReceiverId;
  readonly isConnected: boolean;
  /** One sentence; may be empty when connected. */
  readonly reason: string;
  /** UTC ms since when it is so. */
  readonly since: number;
}

export interface Health {
  /** False: restarting the process may help. A dead device or receiver is never a reason for that. */
  readonly isLive: boolean;
  /** True once every source was reached or found to be unreachable, and the journal takes records. */
  readonly isReady: boolean;
  /** Something does not work; `reasons` says what. The agent goes on. */
  readonly isDegraded: boolean;
  /** Worst first. */
  readonly reasons: readonly HealthReason[];
}

interface HealthReason {
  readonly about: 'process' | 'journal' | 'source' | 'receiver';
  readonly id?: SourceId | ReceiverId;
  readonly text: string;
  /** UTC ms, where it is known. */
  readonly since?: number;
}

/** An event loop that stood still this long can't keep alarms on time. */
const STUCK_MS = 10_000;
const SLOW_MS = 500;

/** Sums up; pure. */
export function health({ sources, uplinks, journalFault, loopLag }: HealthFacts): Health {
  const reasons: HealthReason[] = [];
  const isStuck = loopLag.maxMs >= STUCK_MS;
  if (loopLag.maxMs >= SLOW_MS)
    reasons.push({ about: 'process', text: `the event loop stood still for ${Math.round(loopLag.maxMs)} ms` });
  if (journalFault !== undefined) reasons.push({ about: 'journal', text: journalFault });

  let waiting = 0;
  for (const [id, status] of sources) {
    if (!status || status.state === 'connecting') waiting += 1;
    else if (status.state === 'offline' || status.state === 'degraded')
      reasons.push({ about: 'source', id, text: `${status.state}: ${status.reason}`, since: status.since });
  }
  for (const { receiver, isConnected, reason, since } of uplinks)
    if (!isConnected) reasons.push({ about: 'receiver', id: receiver, text: reason, since });

  return {
    isLive: !isStuck,
    isReady: waiting === 0 && journalFault === undefined,
    isDegraded: reasons.length > 0,
    reasons,
  };
}
