import type { Clock } from '#agent/model/clock.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import type { ReceiverId } from '#agent/model/ids.ts';
import type { CursorStore } from '../cursor-store.ts';
import type { LinkStatus } from '../link-status.ts';
import type { LaneReport, UplinkReport } from '../report.ts';
import type { DeliveryBook } from './delivery-book.ts';
import type { Delivery } from './delivery.ts';

interface DescribedPlatform {
  readonly receiver: ReceiverId;
  readonly streams: readonly Stream[];
  readonly delivery: Delivery;
  readonly book: DeliveryBook;
  readonly cursors: CursorStore;
  readonly link: LinkStatus;
  readonly reader: RecordReader;
  readonly clock: Clock;
}

/** How an uplink to a platform stands, in the words of all uplinks. */
export function describePlatform(described: DescribedPlatform): UplinkReport {
  const { receiver, streams, book, cursors, link } = described;
  const lanes = streams.map((stream) => laneOf(stream, described));
  const held = lanes.find((lane) => lane.held !== undefined);
  return {
    receiver,
    state: link.state,
    reason: cursors.fault ?? (link.state !== 'waiting' && held ? `stream ${held.stream}: ${held.held}` : link.reason),
    since: link.since,
    ...(link.nextAttempt === undefined ? {} : { nextAttempt: link.nextAttempt }),
    connections: link.connections,
    inFlight: lanes.reduce((sum, { inFlight }) => sum + inFlight, 0),
    lanes,
    backfill: { remainingRecords: 0 },
    quarantine: book.quarantined,
  };
}

function laneOf(stream: Stream, { delivery, book, cursors, reader, clock }: DescribedPlatform): LaneReport {
  const head = reader.head(stream);
  const { acknowledged } = cursors.get(stream);
  const lagRecords = head - acknowledged;
  const oldest = lagRecords > 0 ? reader.read(stream, acknowledged, 1)[0] : undefined;
  const count = delivery.counts.get(stream);
  const held = [...book.all.values()].filter((entry) => entry.stream === stream && entry.lacks?.why === 'held');
  const first = held[0]?.lacks?.reason;
  return {
    lane: stream === 'sample' ? 'live' : 'alarm',
    stream,
    head,
    acknowledged,
    lagRecords,
    lagMs: oldest ? Math.max(0, clock.now() - oldest.time) : 0,
    inFlight: delivery.waiting(stream).flying,
    sent: count?.sent ?? 0,
    acknowledgedMessages: count?.acknowledged ?? 0,
    acknowledgedSamples: stream === 'sample' ? (count?.acknowledged ?? 0) : 0,
    ...(first !== undefined && { held: `${held.length} records wait for their parents; ${first}` }),
  };
}
