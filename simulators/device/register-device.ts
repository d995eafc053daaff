import type { z } from 'zod';
import type { Cell } from '../gas/cells.ts';
import type { DeviceName } from './fault-menus.ts';
import { faultList } from './faulty.ts';
import { RegisterServer } from './register-server.ts';
import type { AnyFault, Scene, SimulatedDevice } from './simulated-device.ts';

export interface RegisterDeviceOptions<Fault extends AnyFault> {
  readonly name: DeviceName;
  readonly port: number;
  readonly menu: z.ZodType<Fault>;
  /** Called with each new scene before it is written: for a device with a memory. */
  readonly watch?: (scene: Scene) => void;
  /** What stands in its registers, with its faults. */
  readonly cells: (plant: Scene['plant'], faults: readonly Fault[]) => readonly Cell[];
}

/** A device whose registers follow from the plant and its faults alone, over Modbus TCP. */
export const registerDevice = <Fault extends AnyFault>(options: RegisterDeviceOptions<Fault>): SimulatedDevice => {
  const { name, port, menu, cells } = options;
  const server = new RegisterServer({ port });
  const list = faultList(menu, server);
  let scene: Scene | undefined;
  const write = (): void => {
    if (scene) server.put(cells(scene.plant, list.now()));
  };
  return {
    name,
    get endpoint() {
      return server.endpoint;
    },
    get faults() {
      return list.now();
    },
    get requestsSeen() {
      return server.requestsSeen;
    },
    get writesSeen() {
      return server.writesSeen;
    },
    start: () => server.start(),
    stop: () => server.stop(),
    show: (next) => {
      scene = next;
      options.watch?.(next);
      write();
    },
    fault: async (fault) => {
      await list.add(fault);
      write();
    },
    clear: async (kind) => {
      await list.clear(kind);
      write();
    },
  };
};
