import type { Clock } from '#agent/model/clock.ts';
import { bad } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverPoint } from '../driver.ts';
import type { Credentials } from '../http-digest/digest.ts';
import type { LoginGate } from '../http-digest/login-gate.ts';
import type { CameraAddress } from './address.ts';
import type { Hearing } from './hearing.ts';
import { keepReadingMetadata, type MetadataState } from './keep-reading-metadata.ts';
import type { MetadataDocument } from './metadata-document.ts';
import { ObjectPoints } from './object-points.ts';
import type { OnvifOptions } from './schema.ts';
import { untilStopped } from './until-stopped.ts';

interface WatchedMetadata {
  readonly options: OnvifOptions;
  readonly clock: Clock;
  /** Of the stream, as the camera gives it; undefined where no profile has metadata. */
  readonly uri: string | undefined;
  /** That live on the objects in the picture. */
  readonly points: readonly DriverPoint<CameraAddress>[];
  readonly hearing: Hearing;
  readonly credentials: () => Credentials | undefined;
  readonly gate: LoginGate;
  readonly samples: (samples: readonly Sample[]) => void;
  readonly tell: (state: MetadataState, reason?: string) => void;
  readonly signal: AbortSignal;
}

const TICK_MS = 250;

/** Hears a camera's metadata: its events to `hearing`, its objects to `points`. Ends only by rejecting, when stopped. */
export async function watchMetadata(watched: WatchedMetadata): Promise<never> {
  const { options, clock, uri, points, hearing, credentials, gate, samples, tell, signal } = watched;
  const { host, answerWithin, maxAnswer, eventRetry, hold } = options;
  const objects = new ObjectPoints(points, hold);
  const lost = (state: Exclude<MetadataState, 'ok'>, reason: string): void => {
    samples(objects.lost(bad('comm-lost'), clock.now()));
    hearing.stream.lost(reason);
    tell(state, reason);
  };
  const ticking = setInterval(() => samples(objects.tick(clock.now(), clock.monotonic())), TICK_MS);
  try {
    if (uri === undefined) {
      lost('no-metadata', `no profile of ${host} has metadata`);
      return await untilStopped(signal);
    }
    return await keepReadingMetadata({
      target: { uri, host, timeoutMs: answerWithin, maxBytes: maxAnswer, bytesPerSecond: 2 * maxAnswer },
      credentials,
      gate,
      retryMs: eventRetry,
      reader: {
        playing: () => {
          hearing.stream.playing();
          tell('ok');
        },
        heard: ({ messages, refused, frames }: MetadataDocument) => {
          objects.take(frames, clock.monotonic());
          hearing.stream.heard(messages, refused);
        },
      },
      lost,
      signal,
    });
  } finally {
    clearInterval(ticking);
  }
}
