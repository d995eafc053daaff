import { Observable } from 'rxjs';
import { defineDriver, type Signal } from '../driver.ts';
import { cameraAddressSchema, cameraPartsOf, checkCameraAddresses, type CameraAddress } from './address.ts';
import { CameraWatch } from './camera-watch.ts';
import { optionsSchema, type OnvifOptions } from './schema.ts';

const RELEASE_WITHIN_MS = 3_000;

/** Camera by ONVIF (profiles S, T and M): its health and its events. Reads only: nothing moves or configures a camera. */
export const onvif = defineDriver<OnvifOptions, CameraAddress>({
  kind: 'onvif',
  summary: 'Camera by ONVIF: health, image tests on snapshots, events',
  schema: optionsSchema,
  address: cameraAddressSchema,
  check: checkCameraAddresses,
  camera: cameraPartsOf,
  releaseWithinMs: RELEASE_WITHIN_MS,
  open: (options, context) =>
    new Observable<Signal>((subscriber) => {
      const watch = new CameraWatch(options, context, (signal) => subscriber.next(signal));
      watch.run().catch((error: unknown) => subscriber.error(error));
      return () => void watch.stop();
    }),
});
