import type { Driver } from './driver.ts';
import { modbus } from './modbus/driver.ts';
import { opcua } from './opcua/driver.ts';

/** Every kind of source that a site file may name. Adding a driver adds one line here. */
export const drivers: readonly Driver[] = [modbus, opcua] as readonly Driver[];
