import { registerDevice } from '../device/register-device.ts';
import type { SimulatedDevice } from '../device/simulated-device.ts';
import { armCells } from './arm-registers.ts';
import { skidFaultSchema } from './fault.ts';

/** The filling skid of loading arm L-2201, over Modbus TCP. */
export const fillingSkid = (port: number): SimulatedDevice =>
  registerDevice({
    name: 'filling-skid',
    port,
    menu: skidFaultSchema,
    cells: (plant, faults) => armCells(plant.plant.loading, faults),
  });
