import type { VideoKind } from '#agent/model/video-kind.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { DriverPoint } from '../driver.ts';
import type { AlertAddress } from './address.ts';
import type { Alert } from './alert.ts';
import { HEARTBEAT, knownEventTypes } from './event-types.ts';

interface Active {
  readonly event: VideoKind;
  readonly channel: string | undefined;
  /** Monotonic ms. */
  until: number;
}

const MAX_ACTIVE = 1_000;
const MAX_UNKNOWN = 100;
const CLOCK_DOUBT_MS = 60_000;

/** What is active now, by event and channel, and the points that show it. No I/O. */
export class AlertBook {
  readonly #points: readonly DriverPoint<AlertAddress>[];
  readonly #types: ReadonlyMap<string, VideoKind>;
  readonly #holdMs: number;
  readonly #active = new Map<string, Active>();
  readonly #shown = new Map<string, boolean>();
  readonly #unknown = new Set<string>();
  /** Kinds that the device has; undefined where it does not say. */
  #offered: ReadonlySet<VideoKind> | undefined;
  #offsetMs: number | undefined;
  #refused = 0;

  constructor(points: readonly DriverPoint<AlertAddress>[], own: Readonly<Record<string, VideoKind>>, holdMs: number) {
    this.#points = points;
    this.#holdMs = holdMs;
    const lower = Object.entries(own).map(([type, kind]) => [type.toLowerCase(), kind] as const);
    this.#types = new Map([...Object.entries(knownEventTypes), ...lower]);
  }

  /** Event types of the device's own list; undefined where it gives none. */
  offer(types: readonly string[] | undefined): void {
    this.#offered = types && new Set(types.flatMap((type) => this.#types.get(type.toLowerCase()) ?? []));
  }

  refuse(): void {
    this.#refused += 1;
  }

  /** At the beginning of a connection: nothing is active that is not repeated. */
  begin(now: number): Sample[] {
    return this.#points.flatMap((point) => {
      const { address } = point;
      if (address.kind !== 'event') return [];
      const isOffered = !this.#offered || this.#offered.has(address.event);
      return [isOffered ? made(point, false, GOOD, now) : made(point, null, bad('no-such-address'), now)];
    });
  }

  /** The type, where it is told for the first time and means nothing here; samples of what changed. */
  take(alert: Alert, now: number, monotonic: number): { readonly samples: Sample[]; readonly strange?: string } {
    if (alert.time !== undefined) this.#offsetMs = alert.time - now;
    const event = this.#types.get(alert.type);
    if (!event) {
      const isNew = this.#unknown.size < MAX_UNKNOWN && !this.#unknown.has(alert.type);
      if (isNew) this.#unknown.add(alert.type);
      return isNew && alert.isActive ? { samples: [], strange: alert.type } : { samples: [] };
    }
    const isHeartbeat = alert.type === HEARTBEAT && !alert.isActive;
    if (isHeartbeat && this.#active.size === 0) return { samples: [] };
    const key = `${event}/${alert.channel ?? ''}`;
    if (!alert.isActive) this.#active.delete(key);
    else if (this.#active.has(key) || this.#active.size < MAX_ACTIVE)
      this.#active.set(key, { event, channel: alert.channel, until: monotonic + this.#holdMs });
    return { samples: this.#changes(now, alert.time) };
  }

  /** What is no longer repeated. */
  expire(now: number, monotonic: number): Sample[] {
    for (const [key, { until }] of this.#active) if (monotonic >= until) this.#active.delete(key);
    return this.#changes(now, undefined);
  }

  /** Of the stream itself. */
  health(now: number): Sample[] {
    return this.#points.flatMap((point) => {
      const { address } = point;
      if (address.kind !== 'health') return [];
      if (address.health === 'refused') return [made(point, this.#refused, GOOD, now)];
      if (address.health === 'unknown-types') return [made(point, this.#unknown.size, GOOD, now)];
      const offset = this.#offsetMs;
      return offset === undefined ? [] : [made(point, Math.round(offset / 1000), GOOD, now)];
    });
  }

  #changes(now: number, told: number | undefined): Sample[] {
    return this.#points.flatMap((point) => {
      const { address, id } = point;
      if (address.kind !== 'event') return [];
      const isActive = [...this.#active.values()].some(
        ({ event, channel }) =>
          event === address.event && (address.channel === undefined || address.channel === channel),
      );
      if (isActive === (this.#shown.get(id) ?? false)) return [];
      this.#shown.set(id, isActive);
      return [made(point, isActive, GOOD, now, told)];
    });
  }
}

function made(point: DriverPoint<AlertAddress>, ...[value, quality, now, told]: Reading): Sample {
  const isDoubtful = told !== undefined && Math.abs(told - now) > CLOCK_DOUBT_MS;
  return {
    point: point.id,
    value,
    quality,
    sourceTime: now,
    receiveTime: now,
    flags: isDoubtful ? Flag.clockSuspect : 0,
  };
}

type Reading = readonly [value: SampleValue, quality: Quality, now: number, told?: number | undefined];
