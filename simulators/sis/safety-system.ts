import { registerDevice } from '../device/register-device.ts';
import type { SimulatedDevice } from '../device/simulated-device.ts';
import { sisFaultSchema } from './fault.ts';
import { valveCells } from './signals.ts';
import { TripGroup } from './trip-group.ts';

/** The safety instrumented system with its shut-down valves and its trip group, over Modbus TCP. */
export const safetySystem = (port: number): SimulatedDevice => {
  const trips = new TripGroup();
  return registerDevice({
    name: 'sis',
    port,
    menu: sisFaultSchema,
    watch: (scene) => trips.watch(scene),
    cells: (plant, faults) => [...valveCells(plant, faults), ...trips.cells()],
  });
};
