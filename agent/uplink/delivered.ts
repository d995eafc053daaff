import type { RecordReader, Stream } from '#agent/model/record.ts';
import { parseCursor } from './cursor.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';

/**
 * Highest seq of a stream that every receiver has, without a hole below it; Infinity where no receiver wants the
 * stream. What the journal must keep lies above. Reads stored cursors, so it holds for uplinks that don't run, too.
 */
export function deliveredUpTo(
  reader: RecordReader,
  receivers: readonly Pick<ReceiverOptions, 'id' | 'lanes'>[],
  stream: Stream,
): number {
  const wanting = receivers.filter(({ lanes }) => [...lanes.alarm.streams, ...lanes.live.streams].includes(stream));
  const ends = wanting.map(({ id }) => {
    const { acknowledged, holes } = parseCursor(reader.cursors(id).get(stream));
    return holes[0]?.after ?? acknowledged;
  });
  return Math.min(Infinity, ...ends);
}
