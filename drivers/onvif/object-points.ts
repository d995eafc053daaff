import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverPoint } from '../driver.ts';
import type { CameraAddress } from './address.ts';
import type { ObjectCounts } from './metadata-document.ts';

/** Analytics lose an object for a picture or two: the most that were seen in so long are there. */
const WINDOW_MS = 1_000;

/** The points that live on the objects in a camera's picture. No I/O. */
export class ObjectPoints {
  readonly #points: readonly DriverPoint<CameraAddress>[];
  readonly #staleMs: number;
  #window: { readonly endsAt: number; most: ObjectCounts } | undefined;
  #told: ObjectCounts | undefined;
  #lastAt: number | undefined;

  /** Without a picture for `staleMs` nobody knows who is there. */
  constructor(points: readonly DriverPoint<CameraAddress>[], staleMs: number) {
    this.#points = points;
    this.#staleMs = staleMs;
  }

  take(frames: readonly ObjectCounts[], monotonic: number): void {
    if (frames.length === 0) return;
    this.#lastAt = monotonic;
    this.#window ??= { endsAt: monotonic + WINDOW_MS, most: { person: 0, vehicle: 0 } };
    for (const { person, vehicle } of frames) {
      const { most } = this.#window;
      this.#window.most = { person: Math.max(person, most.person), vehicle: Math.max(vehicle, most.vehicle) };
    }
  }

  /** What has changed, at most once in a window. */
  tick(now: number, monotonic: number): Sample[] {
    if (this.#lastAt !== undefined && monotonic - this.#lastAt >= this.#staleMs) return this.lost(bad('stale'), now);
    if (!this.#window || monotonic < this.#window.endsAt) return [];
    const { most } = this.#window;
    this.#window = undefined;
    const before = this.#told;
    this.#told = most;
    if (before && before.person === most.person && before.vehicle === most.vehicle) return [];
    return this.#samples(GOOD, now, most);
  }

  /** Nobody sees any. */
  lost(quality: Quality, now: number): Sample[] {
    [this.#window, this.#told, this.#lastAt] = [undefined, undefined, undefined];
    return this.#samples(quality, now);
  }

  #samples(quality: Quality, now: number, counts?: ObjectCounts): Sample[] {
    return this.#points.map(({ id, address }) => {
      const event = address.kind === 'event' ? address.event : undefined;
      const value =
        counts && (event === 'people-count' ? counts.person : counts[event === 'vehicle' ? event : 'person'] > 0);
      return { point: id, value: value ?? null, quality, sourceTime: now, receiveTime: now, flags: 0 };
    });
  }
}
