import type { Shown, RunningPlant } from '../plant/running-plant.ts';
import type { PersonTruth } from '../locating/walker.ts';
import type { DeviceName } from './fault-menus.ts';

/** The plant at one moment, as a device can see it. */
export interface Scene {
  /** UTC ms. */
  readonly time: number;
  /** What the transmitters show. */
  readonly all: readonly Shown[];
  readonly plant: RunningPlant;
  /** Where everybody truly is. */
  readonly people: readonly PersonTruth[];
}

/** Any fault: its kind is in the device's menu. */
export interface AnyFault {
  readonly kind: string;
}

/** One simulated device, whatever it speaks. */
export interface SimulatedDevice {
  readonly name: DeviceName;
  /** Where a client finds it, fixed from the first start on. */
  readonly endpoint: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly show: (scene: Scene) => void;
  readonly faults: readonly AnyFault[];
  /** @throws ZodError for a fault that is not in the menu, Error for one that makes no sense here. */
  readonly fault: (fault: unknown) => Promise<void>;
  /** Takes faults of one kind away, or all. */
  readonly clear: (kind?: string) => Promise<void>;
  /** Requests to change something that it has seen: a reader sends none. Absent: not counted. */
  readonly writesSeen?: number;
  readonly requestsSeen?: number;
}
