import type { ReceiverId } from '#agent/model/ids.ts';
import type { Stream } from '#agent/model/record.ts';
import type { Lane } from './coverage.ts';
import type { EvidenceReport } from './evidence/evidence-courier.ts';
import type { Quarantined } from './quarantine.ts';

/** How an uplink stands; emitted when the connection changes and once a second. For people and metrics, not for steering. */
export interface UplinkReport {
  readonly receiver: ReceiverId;
  readonly state: LinkState;
  /** One sentence for a person; empty when all is well. While connected: why a stream is held, if one is. */
  readonly reason: string;
  /** UTC ms since when the state holds. */
  readonly since: number;
  /** UTC ms of the next attempt, while waiting. */
  readonly nextAttempt?: number;
  /** Connections made since the uplink was opened. */
  readonly connections: number;
  readonly inFlight: number;
  readonly lanes: readonly LaneReport[];
  readonly backfill: BackfillReport;
  readonly quarantine: readonly Quarantined[];
  /** Absent: this receiver gets no content of pictures. */
  readonly evidence?: EvidenceReport;
}

/** `waiting`: the connection failed, the next attempt has its time. */
export type LinkState = 'connecting' | 'connected' | 'waiting';

/** One stream in one lane. Counters count since the uplink was opened. */
export interface LaneReport {
  readonly lane: Lane;
  readonly stream: Stream;
  /** Highest seq in the journal. */
  readonly head: number;
  /** Everything up to here has arrived, but for what backfill has left. */
  readonly acknowledged: number;
  /** Records behind: up to the head, or, of lane backfill, in the holes. */
  readonly lagRecords: number;
  /** Age of the oldest of them; 0 when none. Milliseconds. */
  readonly lagMs: number;
  readonly inFlight: number;
  /** Messages, repeats included. */
  readonly sent: number;
  readonly acknowledgedMessages: number;
  readonly acknowledgedSamples: number;
  /** Why nothing of this stream is sent although the link is up. */
  readonly held?: string;
}

export interface BackfillReport {
  readonly remainingRecords: number;
  /** At the pace since this connection was made; absent while nothing has been filled. Milliseconds. */
  readonly etaMs?: number;
}
