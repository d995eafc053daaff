import type { AlarmTransition } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { ClipOptions } from '#agent/model/evidence.ts';
import type { SourceId } from '#agent/model/ids.ts';
import type { Footage } from '#agent/model/picture.ts';
import type { FilmFile, Stored } from './picture-store.ts';

/** What became of a clip: kept whole, or not at all. */
type ClipEnd =
  | {
      readonly kind: 'stored';
      readonly stored: Stored;
      readonly from: number;
      readonly to: number;
      readonly flags: number;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'lost'; readonly why: string };

export interface EndedClip {
  readonly camera: SourceId;
  /** One clip shows all alarms that were raised while it ran. */
  readonly alarms: readonly AlarmTransition[];
  readonly end: ClipEnd;
}

interface Clips {
  readonly onFootage: (camera: SourceId, piece: Footage) => readonly EndedClip[];
  readonly onAlarm: (camera: SourceId, alarm: AlarmTransition, name: string) => void;
  readonly onTick: () => readonly EndedClip[];
}

interface Running {
  readonly camera: SourceId;
  readonly name: string;
  readonly alarms: AlarmTransition[];
  /** Monotonic: after this the next piece is the last; and so long it is waited for. */
  until: number;
  readonly patienceEnds: number;
  file?: FilmFile;
  from: number;
  to: number;
  flags: number;
  fault?: string;
}

/** Alarms that one clip goes on for; in a flood it ends all the same. */
const MOST_ALARMS = 50;

/**
 * Cuts clips out of the pieces that cameras record: from before the first alarm until after it. Pieces are appended to the
 * clip's file as they come, so that nothing is held in memory.
 */
export function createClips(options: ClipOptions, clock: Clock, begin: (name: string) => FilmFile): Clips {
  const { beforeMs, afterMs, patienceMs } = options;
  const recent = new Map<SourceId, Footage[]>();
  const running = new Map<SourceId, Running>();

  const append = (clip: Running, piece: Footage): void => {
    try {
      clip.file ??= begin(clip.name);
      clip.file.append(piece.file);
      if (clip.from === 0) clip.from = piece.from;
      clip.to = piece.to;
      clip.flags |= piece.flags;
    } catch (error) {
      clip.fault = error instanceof Error ? error.message : String(error);
    }
  };

  const finish = (clip: Running): EndedClip => {
    running.delete(clip.camera);
    const { camera, alarms, file, fault, from, to, flags } = clip;
    if (fault !== undefined || !file) {
      file?.drop();
      return { camera, alarms, end: fault === undefined ? { kind: 'missing' } : { kind: 'lost', why: fault } };
    }
    try {
      return { camera, alarms, end: { kind: 'stored', stored: file.finish(), from, to, flags } };
    } catch (error) {
      return { camera, alarms, end: { kind: 'lost', why: error instanceof Error ? error.message : String(error) } };
    }
  };

  return {
    onFootage(camera, piece) {
      const ring = [...(recent.get(camera) ?? []), piece].filter(({ to }) => to >= piece.to - beforeMs);
      recent.set(camera, ring);
      const clip = running.get(camera);
      if (!clip) return [];
      append(clip, piece);
      return clip.fault !== undefined || clock.monotonic() >= clip.until ? [finish(clip)] : [];
    },
    onAlarm(camera, alarm, name) {
      const now = clock.monotonic();
      const known = running.get(camera);
      if (known) {
        if (known.alarms.length < MOST_ALARMS) known.alarms.push(alarm);
        return;
      }
      const clip: Running = {
        camera,
        name,
        alarms: [alarm],
        until: now + afterMs,
        patienceEnds: now + afterMs + patienceMs,
        from: 0,
        to: 0,
        flags: 0,
      };
      running.set(camera, clip);
      for (const piece of recent.get(camera) ?? []) if (piece.to >= clock.now() - beforeMs) append(clip, piece);
    },
    onTick: () => {
      const now = clock.monotonic();
      return [...running.values()].filter(({ patienceEnds }) => patienceEnds <= now).map(finish);
    },
  };
}
