import type { RecordReader, Stream } from '#agent/model/record.ts';

/** The number of the last record of a stream that was recorded up to `until` (UTC ms); where there is none, that before the oldest. */
export function lastByTime(reader: RecordReader, stream: Stream, until: number): number {
  let [low, high] = [reader.tail(stream) - 1, reader.head(stream)];
  // The first record after `until` lies above `low` and at most one above `high`.
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const [found] = reader.read(stream, middle - 1, 1);
    if (found && found.time <= until) low = Math.max(middle, found.seq);
    else high = middle - 1;
  }
  return low;
}
