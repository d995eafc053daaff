/** Sequence numbers of a subscription run 1 … 2³²−1 and then 1 again; 0 is never used (OPC 10000-4 §7.23). */
const LAST = 0xffffffff;

/** The number of a subscription's first message. */
export const FIRST = 1;

export const nextSequence = (sequence: number): number => (sequence >= LAST ? FIRST : sequence + 1);

/**
 * How many messages lie between the one expected and the one that came; 0 when it is the one. Negative when it lies
 * before: some servers put their last number into a keep-alive, and a message may come twice.
 */
export function missingBefore(expected: number, came: number): number {
  const ahead = (came - expected + LAST) % LAST;
  return ahead > LAST / 2 ? ahead - LAST : ahead;
}
