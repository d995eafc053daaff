import type { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { DriverContext } from '../driver.ts';
import type { Credentials } from '../http-digest/digest.ts';
import { LoginGate } from '../http-digest/login-gate.ts';
import { webPort } from '../http-digest/tls-schema.ts';
import type { CameraAddress } from './address.ts';
import { ImageWatch, type ImageLook } from './image-watch.ts';
import { PictureReader } from './picture/picture-reader.ts';
import type { OnvifOptions } from './schema.ts';
import { snapshot } from './snapshot.ts';

interface Looking {
  readonly options: OnvifOptions;
  readonly context: DriverContext<CameraAddress>;
  readonly agent: Agent;
  /** Of the snapshot, as the camera gives it. */
  readonly uri: string;
  readonly credentials: () => Credentials | undefined;
  readonly signal: AbortSignal;
  readonly onPicture: (jpeg: Buffer) => void;
  readonly onLook: (look: ImageLook) => void;
}

/** Fetches the camera's picture at each interval and judges it. Ends only by rejecting, when stopped. */
export async function keepLooking(looking: Looking): Promise<never> {
  const { options, context, agent, uri, credentials, signal } = looking;
  const { host, answerWithin, maxSnapshot, snapshotInterval } = options;
  const shared = context.share('camera-pictures', () => {
    const value = new PictureReader();
    return { value, dispose: () => value.dispose() };
  });
  try {
    const watch = new ImageWatch(
      context.stateDir,
      shared.value,
      new LoginGate(context.stateDir, 'snapshot', context.clock),
    );
    const place = { uri, host, port: webPort(options), timeoutMs: answerWithin, maxBytes: maxSnapshot, agent, signal };
    // All cameras begin together at a start of the agent, and are spread from then on.
    for (let waitMs = snapshotInterval * (0.5 + Math.random() / 2); ; waitMs = snapshotInterval) {
      const login = credentials();
      const look = await watch.look(login, async () => {
        const jpeg = await snapshot({ ...place, credentials: login });
        looking.onPicture(jpeg);
        return jpeg;
      });
      looking.onLook(look);
      await delay(waitMs, undefined, { signal });
    }
  } finally {
    shared.release();
  }
}
