/** Bytes and when they leave, counted from the request. Milliseconds. */
export interface Segment {
  readonly afterMs: number;
  readonly bytes: Buffer;
}

/**
 * Sends the segments of one reply, each after the one before it: timers of different lengths may come out of turn on a
 * machine that is held up, and no device mixes up its own bytes.
 *
 * @param timers those that wait, for whoever stops the device
 */
export function sendInTurn(
  segments: readonly Segment[],
  send: (bytes: Buffer) => void,
  timers: Set<NodeJS.Timeout>,
): void {
  const from = (index: number, sentAtMs: number): void => {
    const segment = segments[index];
    if (!segment) return;
    const next = (): void => {
      send(segment.bytes);
      from(index + 1, segment.afterMs);
    };
    const waitMs = segment.afterMs - sentAtMs;
    if (waitMs <= 0) {
      next();
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      next();
    }, waitMs);
    timers.add(timer);
  };
  from(0, 0);
}
