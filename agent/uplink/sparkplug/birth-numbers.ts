import type { ReceiverId } from '#agent/model/ids.ts';
import type { RecordReader } from '#agent/model/record.ts';

const NAME = 'sparkplug.bdSeq';

/** The number of a receiver's last birth: beside its cursors, so that a restart does not use one again. */
export function birthNumbers(reader: RecordReader, receiver: ReceiverId) {
  let known: number | undefined;
  return {
    last(): number | undefined {
      const stored = Number(reader.cursors(receiver).get(NAME) ?? Number.NaN);
      return known ?? (Number.isInteger(stored) ? stored : undefined);
    },
    keep(bdSeq: number): void {
      known = bdSeq;
      try {
        reader.setCursors(receiver, new Map([[NAME, String(bdSeq)]]));
      } catch {
        // A disk that refuses is told of elsewhere; until it takes again, the number is known here.
      }
    },
  };
}
