import type { DeviceName } from '../device/fault-menus.ts';
import type { Scene, SimulatedDevice } from '../device/simulated-device.ts';
import { CameraSimulator } from './camera-simulator.ts';
import { cameraFaultSchema } from './fault.ts';
import { picture, type PictureWish } from './picture.ts';

/** What a camera of the site has before it. */
export interface CameraSight {
  /** People as they stand in the picture: 0 … 1 from the left and from the top. */
  readonly figures: readonly { readonly u: number; readonly v: number }[];
  readonly vehicles?: number;
  /** One of the people lies on the ground. */
  readonly hasFallen?: boolean;
  /** How thick a cloud hangs there, 0 … 1. */
  readonly cloud: number;
  readonly isMoving: boolean;
}

export interface SiteCameraOptions {
  readonly name: DeviceName;
  readonly port: number;
  readonly seed: number;
  readonly sight: (scene: Scene) => CameraSight;
}

/** Small enough that drawing costs next to nothing. */
const SIZE = { width: 320, height: 180 };

/** One ONVIF camera of the site: what happens before it is what is true of people and plant. */
export function siteCamera({ name, port, seed, sight }: SiteCameraOptions): SimulatedDevice {
  let seen: CameraSight = { figures: [], cloud: 0, isMoving: false };
  const draw = (wish: PictureWish): Buffer => picture({ ...wish, figures: seen.figures, cloud: seen.cloud });
  const camera = new CameraSimulator({ port, seed, auth: 'digest', size: SIZE, draw });
  const kinds = cameraFaultSchema.options.map((option) => option.shape.kind.value);
  return {
    name,
    get endpoint() {
      return camera.endpoint;
    },
    get faults() {
      return camera.faults;
    },
    start: () => camera.start(),
    stop: () => camera.stop(),
    show(scene) {
      seen = sight(scene);
      camera.show('motion', seen.isMoving);
      camera.show('field', seen.figures.length > 0);
      camera.show('fall', seen.hasFallen ?? false);
      camera.see({ figures: seen.figures, vehicles: seen.vehicles ?? 0, hasFallen: seen.hasFallen ?? false });
    },
    fault: (fault) => camera.fault(cameraFaultSchema.parse(fault)),
    clear: (kind) => camera.clear(kinds.find((known) => known === kind)),
  };
}
