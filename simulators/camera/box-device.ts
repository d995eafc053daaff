import type { DeviceName } from '../device/fault-menus.ts';
import type { Scene, SimulatedDevice } from '../device/simulated-device.ts';
import { AlertSimulator, alertFaultSchema } from './alert-simulator.ts';

/** What a box finds in the pictures of one channel: a type as it writes it, and whether it is there. */
interface Finding {
  readonly type: string;
  readonly channel: number;
  readonly isThere: boolean;
}

export interface AlertBoxOptions {
  readonly name: DeviceName;
  readonly port: number;
  readonly findings: (scene: Scene) => readonly Finding[];
}

/** A box with video intelligence on the site's cameras: it finds what is true of people and plant. */
export function alertBox({ name, port, findings }: AlertBoxOptions): SimulatedDevice {
  const box = new AlertSimulator({ port, everyMs: 1000, withPictures: true });
  const kinds = alertFaultSchema.options.map((option) => option.shape.kind.value);
  const shown = new Map<string, boolean>();
  return {
    name,
    get endpoint() {
      return box.endpoint;
    },
    get faults() {
      return box.faults;
    },
    start: () => box.start(),
    stop: () => box.stop(),
    show(scene) {
      for (const { type, channel, isThere } of findings(scene)) {
        const key = `${type}/${channel}`;
        if ((shown.get(key) ?? false) === isThere) continue;
        shown.set(key, isThere);
        box.show(type, isThere, channel);
      }
    },
    fault: (fault) => box.fault(alertFaultSchema.parse(fault)),
    clear: (kind) => box.clear(kinds.find((known) => known === kind)),
  };
}
