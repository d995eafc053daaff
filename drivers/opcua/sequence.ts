/** Sequence numbers of a subscription run 1 … 2³²−1 and then 1 again; 0 is never used (OPC 10000-4 §7.23). */
const LAST = 0xffffffff;

export const nextSequence = (sequence: number): number => (sequence >= LAST ? 1 : sequence + 1);

/** How many messages lie between the one expected and the one that came; 0 when it is the one. */
export const missingBefore = (expected: number, came: number): number =>
  came >= expected ? came - expected : LAST - expected + came;
