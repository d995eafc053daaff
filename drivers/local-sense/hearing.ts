import type { Clock } from '#agent/model/clock.ts';
import type { TagId } from '#agent/model/tag.ts';
import type { TagFeed, ToldFix, ToldState } from '../locating/tag-feed.ts';
import { toldTime } from '../locating/told-time.ts';
import { readAlarm, type HubAlarm } from './alarm.ts';
import { ChecksumJudge, type ChecksumChoice } from './checksum.ts';
import { FrameError, FrameType, readFrame, type Frame } from './frame.ts';
import { planeOf, readPositions, type Plane, type Position } from './positions.ts';
import { shortTime } from './short-time.ts';
import { readArea, readBatteries, readError, readOffline } from './tag-lists.ts';

export interface HearingOptions {
  readonly positions: Plane;
  readonly checksum: ChecksumChoice;
}

/** What the hub says, frame by frame, as facts and events. */
export class Hearing {
  readonly #options: HearingOptions;
  readonly #clock: Clock;
  readonly #feed: TagFeed;
  readonly #judge: ChecksumJudge;
  #hasData = false;
  #offline: ReadonlySet<TagId> = new Set();

  constructor(options: HearingOptions, clock: Clock, feed: TagFeed) {
    this.#options = options;
    this.#clock = clock;
    this.#feed = feed;
    this.#judge = new ChecksumJudge(options.checksum);
  }

  /** Takes one message. Returns why the hub wants nothing to do with us, where it says so before anything else. */
  take(message: Buffer): string | undefined {
    try {
      const frame = readFrame(message, this.#judge);
      if (frame.type === FrameType.error) return this.#takeError(frame);
      this.#takeFrame(frame);
      this.#hasData = true;
      return undefined;
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#feed.refuse(error.message);
      return undefined;
    }
  }

  #takeError(frame: Frame): string | undefined {
    const text = readError(frame);
    if (!this.#hasData) return text;
    this.#feed.event({ time: this.#clock.now(), kind: 'local-sense.error', text: `the hub says: ${text}` });
    return undefined;
  }

  #takeFrame(frame: Frame): void {
    const now = this.#clock.now();
    switch (frame.type) {
      case FrameType.alarm:
      case FrameType.alarmWithPlace:
        return this.#takeAlarm(readAlarm(frame), now);
      case FrameType.battery: {
        const told = readBatteries(frame);
        this.#feed.hear(told.map(({ tag }) => tag));
        return this.#feed.tell(
          [],
          told.flatMap(({ tag, percent }) =>
            percent === undefined ? [] : [stateAt(tag, { batteryPercent: percent }, now)],
          ),
        );
      }
      case FrameType.offline:
        return this.#takeOffline(readOffline(frame), now);
      case FrameType.area: {
        const { tag, area, status, time } = readArea(frame);
        return this.#feed.event({
          time: toldTime(time, now).sourceTime,
          kind: 'local-sense.area',
          text: `tag ${tag} crossed the border of area ${area} of the hub (status ${status})`,
          who: [tag],
          detail: { tag, area, status },
        });
      }
      default:
        // Anchors, heart rates, statistics and what later firmware adds is nothing that is asked of a locating system here.
        if (planeOf(frame.type) === this.#options.positions) this.#takePositions(readPositions(frame), now);
    }
  }

  #takePositions(positions: readonly Position[], now: number): void {
    const { positions: plane } = this.#options;
    const fixes = positions.map((position): ToldFix => {
      const { tag, x, y, z, map, floor, isAsleep, time } = position;
      const told = time.kind === 'ms' ? time.value : shortTime(time.value, now);
      return {
        tag,
        map: plane === 'geographic' ? 'wgs84' : plane === 'global' ? 'global' : String(map),
        x,
        y,
        floor: String(floor),
        ...(z !== undefined && { z }),
        ...(isAsleep && { isMoving: false }),
        ...toldTime(told, now),
        receiveTime: now,
      };
    });
    const states = positions.map(({ tag, isAsleep, batteryPercent }) =>
      stateAt(tag, { isAsleep, ...(batteryPercent !== undefined && { batteryPercent }) }, now),
    );
    this.#feed.tell(fixes, states);
  }

  #takeAlarm({ kind, tag, time }: HubAlarm, now: number): void {
    const at = { ...toldTime(time, now), receiveTime: now };
    const claims = { sos: { sos: true }, 'strap-cut': { isStrapCut: true }, disappeared: { isLost: true } } as const;
    if (kind !== 'disappeared') this.#feed.hear([tag]);
    const known = kind === 'sos' || kind === 'strap-cut' || kind === 'disappeared' ? claims[kind] : undefined;
    if (known) this.#feed.tell([], [{ tag, ...known, ...at }]);
    this.#feed.event({
      time: at.sourceTime,
      kind: 'local-sense.alarm',
      // What the hub writes beside it may hold a name and is left out.
      text: `the hub raises ${kind} for tag ${tag}`,
      who: [tag],
      detail: { tag, alarm: kind },
    });
  }

  /** The list is complete: who was on it and no longer is, is heard again. */
  #takeOffline(tags: readonly TagId[], now: number): void {
    const offline = new Set(tags);
    const back = [...this.#offline].filter((tag) => !offline.has(tag));
    this.#offline = offline;
    this.#feed.tell(
      [],
      [
        ...tags.map((tag) => stateAt(tag, { isLost: true }, now)),
        ...back.map((tag) => stateAt(tag, { isLost: false }, now)),
      ],
    );
  }
}

const stateAt = (
  tag: TagId,
  claims: Omit<ToldState, 'tag' | 'sourceTime' | 'receiveTime' | 'flags'>,
  now: number,
): ToldState => ({
  tag,
  ...claims,
  sourceTime: now,
  receiveTime: now,
  flags: 0,
});
