import type { Clock } from '#agent/model/clock.ts';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import type { LinkStatus } from './link-status.ts';
import type { LaneCount, Outbox } from './outbox.ts';
import type { BackfillReport, LaneReport, UplinkReport } from './report.ts';
import { countOf } from './spans.ts';

export interface DescribedUplink {
  readonly receiver: ReceiverId;
  readonly outbox: Pick<Outbox, 'counts' | 'cursors' | 'inFlight' | 'quarantined'> & Partial<Pick<Outbox, 'evidence'>>;
  readonly link: LinkStatus;
  readonly reader: RecordReader;
  readonly clock: Clock;
}

/** Keeps what a report needs between two of them: where backfill stood when the connection was made. */
export function createReporter(uplink: DescribedUplink): () => UplinkReport {
  const { receiver, outbox, link, reader, clock } = uplink;
  let pace: { connection: number; since: number; remaining: number } | undefined;

  const backfill = (): BackfillReport => {
    const remaining = outbox.counts
      .filter(({ lane }) => lane === 'backfill')
      .reduce((sum, { stream }) => sum + countOf(outbox.cursors.get(stream).holes), 0);
    const now = clock.monotonic();
    if (pace?.connection !== link.connections || remaining > pace.remaining) {
      pace = { connection: link.connections, since: now, remaining };
    }
    const filled = pace.remaining - remaining;
    if (remaining === 0 || filled === 0) return { remainingRecords: remaining };
    return { remainingRecords: remaining, etaMs: Math.round((remaining * (now - pace.since)) / filled) };
  };

  return () => {
    const lanes = outbox.counts.map((count) => describeLane(count, uplink));
    const held = lanes.find((lane) => lane.held !== undefined);
    // Why the last attempt failed is more urgent while the next one runs.
    const isWell = link.state === 'connected' || (link.state === 'connecting' && link.reason === '');
    const heldReason = isWell && held ? `stream ${held.stream}: ${held.held}` : undefined;
    return {
      receiver,
      state: link.state,
      reason: outbox.cursors.fault ?? heldReason ?? link.reason,
      since: link.since,
      ...(link.nextAttempt === undefined ? {} : { nextAttempt: link.nextAttempt }),
      connections: link.connections,
      inFlight: outbox.inFlight,
      lanes,
      backfill: backfill(),
      quarantine: outbox.quarantined,
      ...(outbox.evidence && { evidence: outbox.evidence }),
    };
  };

  function describeLane(count: LaneCount, { clock }: DescribedUplink): LaneReport {
    const cursor = outbox.cursors.get(count.stream);
    const head = reader.head(count.stream);
    const isBackfill = count.lane === 'backfill';
    const lagRecords = isBackfill ? countOf(cursor.holes) : head - cursor.acknowledged;
    const oldest = isBackfill ? cursor.holes[0]?.after : cursor.acknowledged;
    return {
      lane: count.lane,
      stream: count.stream,
      head,
      acknowledged: cursor.acknowledged,
      lagRecords,
      lagMs: lagRecords > 0 && oldest !== undefined ? ageAfter(count.stream, oldest, clock) : 0,
      inFlight: count.inFlight,
      sent: count.sent,
      acknowledgedMessages: count.acknowledged,
      acknowledgedSamples: count.samples,
      ...(count.held === undefined ? {} : { held: count.held }),
    };
  }

  function ageAfter(stream: Stream, seq: number, clock: Clock): number {
    const oldest = reader.read(stream, seq, 1)[0];
    return oldest ? Math.max(0, clock.now() - oldest.time) : 0;
  }
}
