import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { EvidenceOptions } from '#agent/model/evidence.ts';
import type { SourceId, ZoneId } from '#agent/model/ids.ts';
import type { Footage, Picture } from '#agent/model/picture.ts';
import { createClips } from './clips.ts';
import type { EndedClip } from './clips.ts';
import { openPictureStore, timeInName } from './picture-store.ts';
import type { PictureStore } from './picture-store.ts';

/**
 * Keeps pictures of the cameras that see a zone when an alarm of that zone is raised: some from before it, some from after.
 * Each is on disk before the event tells of it, with its digest, so that nobody can put another in its place unseen.
 * Cameras are asked for nothing: the pictures are those by which their health is judged anyway.
 */
export interface Evidence {
  readonly onPicture: (camera: SourceId, picture: Picture) => readonly SiteEvent[];
  readonly onFootage: (camera: SourceId, footage: Footage) => readonly SiteEvent[];
  /** A transition that is on disk, and the zone of its alarm. */
  readonly onAlarm: (alarm: AlarmTransition, zone: ZoneId | undefined) => readonly SiteEvent[];
  /** Tells of cameras that gave nothing in time. */
  readonly onTick: () => readonly SiteEvent[];
  /** Removes what is too old. @param now UTC ms, by a clock that is to be believed */
  readonly expire: (now: number) => readonly SiteEvent[];
}

interface Subject {
  readonly alarm: AlarmTransition;
  readonly camera: SourceId;
}

interface Case extends Subject {
  /** Pictures still to come. */
  left: number;
  /** Monotonic. */
  readonly until: number;
}

/** Alarms whose pictures are awaited at once; in a flood the first ones say what there is to see. */
const MOST_CASES = 200;

export function createEvidence(options: EvidenceOptions, clock: Clock): Evidence {
  const { cameras, before, after, patienceMs, directory, maxBytes } = options;
  const recent = new Map<SourceId, Picture[]>(cameras.map(({ source }) => [source, []]));
  const cases: Case[] = [];
  let store: PictureStore | undefined;

  const gb28181Of = new Map(cameras.map(({ source, gb28181Id }) => [source, gb28181Id]));

  const event = (kind: string, text: string, of: Subject, more: NonNullable<SiteEvent['detail']>): SiteEvent => {
    const { alarm, occurrence, flags } = of.alarm;
    const gb28181Id = gb28181Of.get(of.camera);
    return {
      time: clock.now(),
      kind,
      source: of.camera,
      text,
      detail: { alarm, occurrence, camera: of.camera, ...(gb28181Id !== undefined && { gb28181Id }), ...more },
      flags,
    };
  };

  const opened = (): PictureStore => (store ??= openPictureStore(directory, maxBytes));
  const madeRoom = (flags: number): readonly SiteEvent[] =>
    opened()
      .makeRoom()
      .map((gone) => ({
        time: clock.now(),
        kind: 'evidence.expired',
        text: `${gone} had to make room for newer evidence`,
        detail: { file: gone },
        flags,
      }));

  const clips = options.clip && createClips(options.clip, clock, (name) => opened().film(name));
  const clipEvents = ({ camera, alarms, end }: EndedClip): readonly SiteEvent[] => {
    const told = alarms.map((alarm) => {
      const of = { alarm, camera };
      if (end.kind === 'missing')
        return event('evidence.missing', `${camera} filmed nothing around ${alarm.alarm}`, of, { phase: 'clip' });
      if (end.kind === 'lost')
        return event('evidence.lost', `the film of ${camera} can not be kept: ${end.why}`, of, {
          phase: 'clip',
          why: end.why,
        });
      const { stored, from, to, flags } = end;
      const detail = { ...stored, phase: 'clip', from, to, takenAt: from };
      const kept = event('evidence.stored', `${camera} around ${alarm.alarm}: ${stored.file}`, of, detail);
      return { ...kept, flags: kept.flags | flags };
    });
    return end.kind === 'stored' ? [...told, ...madeRoom(end.flags)] : told;
  };

  const keep = (of: Case, picture: Picture, phase: 'before' | 'after'): readonly SiteEvent[] => {
    const { alarm } = of.alarm;
    try {
      const { file, sha256, bytes } = opened().put(nameOf(of, picture.takenAt), picture.jpeg);
      const detail = { file, sha256, bytes, phase, takenAt: picture.takenAt };
      const stored = event('evidence.stored', `${of.camera} ${phase} ${alarm}: ${file}`, of, detail);
      return [{ ...stored, flags: stored.flags | picture.flags }, ...madeRoom(stored.flags)];
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [event('evidence.lost', `a picture of ${of.camera} can not be kept: ${why}`, of, { phase, why })];
    }
  };

  return {
    onPicture(camera, picture) {
      const ring = recent.get(camera);
      if (!ring) return [];
      ring.push(picture);
      ring.splice(0, ring.length - before);
      const waiting = cases.filter((one) => one.camera === camera);
      const events = waiting.flatMap((one) => {
        one.left -= 1;
        return keep(one, picture, 'after');
      });
      cases.splice(0, cases.length, ...cases.filter(({ left }) => left > 0));
      return events;
    },
    onFootage: (camera, footage) => clips?.onFootage(camera, footage).flatMap(clipEvents) ?? [],
    onAlarm(alarm, zone) {
      if (alarm.event !== 'raised' || alarm.from !== 'normal' || zone === undefined) return [];
      return cameras
        .filter(({ zones }) => zones.includes(zone))
        .flatMap(({ source }) => {
          clips?.onAlarm(source, alarm, nameOf({ alarm, camera: source }, clock.now()));
          const own: Case = { alarm, camera: source, left: after, until: clock.monotonic() + patienceMs };
          if (after > 0 && cases.length < MOST_CASES) cases.push(own);
          return (recent.get(source) ?? []).flatMap((picture) => keep(own, picture, 'before'));
        });
    },
    expire(now) {
      const gone = options.maxAgeMs === undefined ? [] : opened().expire(now - options.maxAgeMs);
      return gone.length === 0 ? [] : [expiredEvent(gone, now)];
    },
    onTick() {
      const now = clock.monotonic();
      const late = cases.filter(({ until }) => until <= now);
      const ended = clips?.onTick().flatMap(clipEvents) ?? [];
      if (late.length === 0) return ended;
      cases.splice(0, cases.length, ...cases.filter(({ until }) => until > now));
      const missing = late.map((one) =>
        event(
          'evidence.missing',
          `${one.camera} gave ${after - one.left} of ${after} pictures after ${one.alarm.alarm}`,
          one,
          {
            missing: one.left,
          },
        ),
      );
      return [...ended, ...missing];
    },
  };
}

/** All that went at once: dated by what stands in the names. */
const expiredEvent = (gone: readonly string[], time: number): SiteEvent => ({
  time,
  kind: 'evidence.expired',
  text: `${gone.length} pictures and films are removed, ${gone[0]} to ${gone.at(-1)}: older than the configured age of personal data`,
  detail: { files: gone.length, first: gone[0] ?? null, last: gone.at(-1) ?? null, zh: '个人信息已按期限删除' },
  flags: 0,
});

/** Begins with the time, so that names sort by age. */
const nameOf = ({ alarm: { alarm, occurrence }, camera }: Subject, time: number): string =>
  [timeInName(time), alarm, occurrence, camera].join('_').replaceAll(/[^\p{L}\p{N}_.-]/gu, '-');
