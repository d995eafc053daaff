import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import type { EvidenceOptions } from '#agent/model/evidence.ts';
import type { SourceId, ZoneId } from '#agent/model/ids.ts';
import type { Picture } from '#agent/model/picture.ts';
import { openPictureStore } from './picture-store.ts';
import type { PictureStore } from './picture-store.ts';

/**
 * Keeps pictures of the cameras that see a zone when an alarm of that zone is raised: some from before it, some from after.
 * Each is on disk before the event tells of it, with its digest, so that nobody can put another in its place unseen.
 * Cameras are asked for nothing: the pictures are those by which their health is judged anyway.
 */
export interface Evidence {
  readonly onPicture: (camera: SourceId, picture: Picture) => readonly SiteEvent[];
  /** A transition that is on disk, and the zone of its alarm. */
  readonly onAlarm: (alarm: AlarmTransition, zone: ZoneId | undefined) => readonly SiteEvent[];
  /** Tells of cameras that gave nothing in time. */
  readonly onTick: () => readonly SiteEvent[];
}

interface Case {
  readonly alarm: AlarmTransition;
  readonly camera: SourceId;
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

  const event = (kind: string, text: string, of: Case, more: NonNullable<SiteEvent['detail']>): SiteEvent => {
    const { alarm, occurrence, flags } = of.alarm;
    return {
      time: clock.now(),
      kind,
      source: of.camera,
      text,
      detail: { alarm, occurrence, camera: of.camera, ...more },
      flags,
    };
  };

  const keep = (of: Case, picture: Picture, phase: 'before' | 'after'): readonly SiteEvent[] => {
    const { alarm, occurrence } = of.alarm;
    const name = [new Date(picture.takenAt).toISOString().replaceAll(/[:.]/g, '-'), alarm, occurrence, of.camera]
      .join('_')
      .replaceAll(/[^\p{L}\p{N}_.-]/gu, '-');
    try {
      store ??= openPictureStore(directory, maxBytes);
      const { file, sha256, bytes } = store.put(name, picture.jpeg);
      const detail = { file, sha256, bytes, phase, takenAt: picture.takenAt };
      const stored = event('evidence.stored', `${of.camera} ${phase} ${alarm}: ${file}`, of, detail);
      return [
        { ...stored, flags: stored.flags | picture.flags },
        ...store.makeRoom().map((gone) => ({
          time: clock.now(),
          kind: 'evidence.expired',
          text: `${gone} had to make room for newer pictures`,
          detail: { file: gone },
          flags: stored.flags,
        })),
      ];
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
    onAlarm(alarm, zone) {
      if (alarm.event !== 'raised' || alarm.from !== 'normal' || zone === undefined) return [];
      return cameras
        .filter(({ zones }) => zones.includes(zone))
        .flatMap(({ source }) => {
          const own: Case = { alarm, camera: source, left: after, until: clock.monotonic() + patienceMs };
          if (after > 0 && cases.length < MOST_CASES) cases.push(own);
          return (recent.get(source) ?? []).flatMap((picture) => keep(own, picture, 'before'));
        });
    },
    onTick() {
      const now = clock.monotonic();
      const late = cases.filter(({ until }) => until <= now);
      if (late.length === 0) return [];
      cases.splice(0, cases.length, ...cases.filter(({ until }) => until > now));
      return late.map((one) =>
        event(
          'evidence.missing',
          `${one.camera} gave ${after - one.left} of ${after} pictures after ${one.alarm.alarm}`,
          one,
          {
            missing: one.left,
          },
        ),
      );
    },
  };
}
