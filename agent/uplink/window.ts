import type { Lane } from './coverage.ts';
import type { SizeLimits } from './profiles/profile.ts';

/** What a link can carry, as the other side says. */
export interface LinkLimits {
  /** Messages that may be unacknowledged at once. */
  readonly inFlight: number;
  /** Largest message; Infinity where the other side names none. */
  readonly messageBytes: number;
}

/** How much may be under way. Bounded in messages by the receiver, in bytes by how fast it acknowledges. */
export interface Window {
  open(limits: LinkLimits): void;
  admits(lane: Lane): boolean;
  add(lane: Lane, bytes: number): void;
  remove(lane: Lane, bytes: number): void;
  /** How long an acknowledgement took; slow ones make the window smaller, fast ones larger. */
  observe(sentAt: number, nowMs: number, bytes: number): void;
  /** The connection was lost: nothing is under way, and the next one starts more carefully. */
  reset(): void;
  /** Sizes of messages worth making now. */
  readonly size: SizeLimits;
  readonly messages: number;
}

const BYTES_MIN = 4 * 1024;
const SLOW_MS = 2_000;
const FAST_MS = 500;

export function createWindow(options: { inFlight: number; messageBytes: number; windowBytes: number }): Window {
  let limits: LinkLimits = { inFlight: 1, messageBytes: Infinity };
  let bytesMax = Math.min(options.windowBytes, 4 * options.messageBytes);
  let shrunkAt = -Infinity;
  let bytes = 0;
  const count: Record<Lane, number> = { alarm: 0, live: 0, backfill: 0 };
  const total = (): number => count.alarm + count.live + count.backfill;

  return {
    open(offered) {
      limits = offered;
    },
    admits(lane) {
      // One of the receiver's places is kept free for the alarm lane.
      const places = Math.max(1, Math.min(options.inFlight, limits.inFlight - 1));
      if (lane === 'alarm') return total() < Math.min(places + 1, limits.inFlight);
      if (total() >= places || bytes >= bytesMax) return false;
      return lane === 'live' || count.backfill < Math.max(1, places / 2);
    },
    add(lane, size) {
      count[lane] += 1;
      bytes += size;
    },
    remove(lane, size) {
      count[lane] -= 1;
      bytes -= size;
    },
    observe(sentAt, nowMs, size) {
      const took = nowMs - sentAt;
      if (took < FAST_MS) bytesMax = Math.min(options.windowBytes, bytesMax + size);
      else if (took > SLOW_MS && sentAt > shrunkAt) {
        bytesMax = Math.max(BYTES_MIN, bytesMax / 2);
        shrunkAt = nowMs;
      }
    },
    reset() {
      count.alarm = count.live = count.backfill = 0;
      bytes = 0;
      bytesMax = Math.max(BYTES_MIN, bytesMax / 2);
    },
    get size() {
      const wanted = Math.max(BYTES_MIN, Math.min(options.messageBytes, bytesMax));
      return { wanted, allowed: limits.messageBytes };
    },
    get messages() {
      return total();
    },
  };
}
