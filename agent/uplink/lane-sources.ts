import type { LaneOptions } from '#agent/model/receiver.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import { createBackfillLane } from './backfill-lane.ts';
import type { CursorStore } from './cursor-store.ts';
import { createFeed } from './feed.ts';
import { createForwardLane } from './forward-lane.ts';
import type { LaneSource } from './lanes.ts';
import { createLiveLane } from './live-lane.ts';
import { createRateLimit } from './rate-limit.ts';
import { createRecent } from './recent.ts';
import type { Selection } from './select/selection.ts';
import { withinWindows } from './send-window.ts';

interface SourceParts {
  readonly reader: RecordReader;
  readonly cursors: CursorStore;
  /** Asked for one for each stream and lane: what was sent there decides what is sent next. */
  readonly selection: () => Selection;
  readonly overlapMs: number;
  readonly skipThrough: (stream: Stream) => number;
}

/** In the order in which they may send: alarms, then live, then backfill. */
export function laneSources(
  lanes: LaneOptions,
  { reader, cursors, selection, overlapMs, skipThrough }: SourceParts,
): readonly LaneSource[] {
  const parts = (stream: Stream) => ({
    stream,
    cursors,
    feed: createFeed(reader, stream, { selection: selection(), skipThrough: skipThrough(stream) }),
    recent: createRecent(overlapMs),
  });
  const rate = createRateLimit(lanes.backfill.samplesPerSecond);
  return [
    ...lanes.alarm.streams.map((stream) => createForwardLane(parts(stream))),
    ...lanes.live.streams.map((stream) =>
      withinWindows(createLiveLane({ ...parts(stream), reader, withinMs: lanes.live.withinMs }), lanes.live.windows),
    ),
    ...lanes.live.streams.map((stream) =>
      withinWindows(createBackfillLane({ ...parts(stream), rate }), lanes.backfill.windows),
    ),
  ];
}
