import { createHash } from 'node:crypto';
import type { EvidenceMessage } from './wire.ts';

/** A picture or film as far as it has come. */
export interface ReceivedEvidence {
  /** Number of the event record that told of it. */
  readonly seq: number;
  readonly file: string;
  readonly alarm: string;
  readonly camera: string;
  readonly sim: boolean;
  /**
   * `verified`: all of it came and its digest is the one that was told; `wrong`: all came and it is not; a word of the
   * site's own where there is no content.
   */
  readonly state: 'partial' | 'verified' | 'wrong' | (string & {});
  readonly bytes: number;
}

/** More are forgotten, the oldest first. */
const SHELF_MAX = 2000;
const LARGEST_BYTES = 64 * 1024 * 1024;

interface Growing {
  readonly told: EvidenceMessage;
  readonly pieces: Map<number, Buffer>;
  state: ReceivedEvidence['state'];
}

/** Puts pieces together, in whatever order, size and number they come, and believes nothing but the digest. */
export function createEvidenceShelf() {
  const shelf = new Map<string, Growing>();

  return {
    take(message: EvidenceMessage): void {
      const key = `${message.site}/${message.seq}`;
      const known = shelf.get(key) ?? { told: message, pieces: new Map<number, Buffer>(), state: 'partial' };
      shelf.set(key, known);
      for (const oldest of shelf.keys()) if (shelf.size > SHELF_MAX) shelf.delete(oldest);
      if (known.state === 'verified') return;
      if (message.missing !== undefined) {
        known.state = message.missing;
        return;
      }
      if (message.first === undefined || message.data === undefined || message.bytes > LARGEST_BYTES) return;
      known.pieces.set(message.first, Buffer.from(message.data, 'base64'));
      const whole = joined(known.pieces, known.told.bytes);
      if (!whole) return;
      const isRight = createHash('sha256').update(whole).digest('hex') === known.told.sha256;
      known.state = isRight ? 'verified' : 'wrong';
      known.pieces.clear();
    },
    list: (): readonly ReceivedEvidence[] =>
      [...shelf.values()].map(({ told: { seq, file, alarm, camera, sim, bytes }, state }) => ({
        seq,
        file,
        alarm,
        camera,
        sim,
        bytes,
        state,
      })),
  };
}

/** Undefined while a part of it has not come. */
function joined(pieces: ReadonlyMap<number, Buffer>, bytes: number): Buffer | undefined {
  const whole = Buffer.alloc(bytes);
  let reached = 0;
  for (const [first, piece] of [...pieces].toSorted(([one], [other]) => one - other)) {
    if (first > reached || first + piece.length > bytes) return undefined;
    piece.copy(whole, first);
    reached = Math.max(reached, first + piece.length);
  }
  return reached === bytes ? whole : undefined;
}
