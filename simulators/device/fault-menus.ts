import { z } from 'zod';
import { alertFaultSchema } from '../camera/alert-simulator.ts';
import { cameraFaultSchema } from '../camera/fault.ts';
import { permitFaultSchema } from '../permits/fault.ts';
import { gasFaultSchema } from '../gas/fault-schema.ts';
import { millFaultSchema } from '../lightning/fault.ts';
import { locatingFaultSchema } from '../locating/fault.ts';
import { modbusFaultSchema } from '../modbus/fault.ts';
import { opcuaFaultSchema } from '../opcua/fault.ts';
import { sisFaultSchema } from '../sis/fault.ts';
import { skidFaultSchema } from '../skid/fault.ts';
import { gaugeFaultSchema } from '../tank-gauge/fault.ts';
import { vibrationFaultSchema } from '../vibration/fault.ts';

const menu = <const Name extends string, Fault extends z.ZodType>(device: Name, fault: Fault) =>
  z.strictObject({ device: z.literal(device), fault });

/** A fault of one simulated device: every device with the menu of what can be wrong with it. */
export const deviceFaultSchema = z.discriminatedUnion('device', [
  menu('opcua', opcuaFaultSchema),
  menu('modbus', modbusFaultSchema),
  menu('gas-panel', gasFaultSchema),
  menu('gas-line', gasFaultSchema),
  menu('lightning', millFaultSchema),
  menu('tank-gauge', gaugeFaultSchema),
  menu('sis', sisFaultSchema),
  menu('vibration', vibrationFaultSchema),
  menu('wireless', vibrationFaultSchema),
  menu('filling-skid', skidFaultSchema),
  menu('locating', locatingFaultSchema),
  menu('camera-compressor', cameraFaultSchema),
  menu('camera-tank-farm', cameraFaultSchema),
  menu('ai-box', alertFaultSchema),
  menu('permits', permitFaultSchema),
  menu('station-camera', cameraFaultSchema),
  menu('station-box', alertFaultSchema),
]);

export type DeviceFault = z.output<typeof deviceFaultSchema>;
export type DeviceName = DeviceFault['device'];

/** All devices that there are, as a person names them. */
export const deviceNames: readonly DeviceName[] = deviceFaultSchema.options.map((option) => option.shape.device.value);

const kindsOf = new Map<DeviceName, ReadonlySet<string>>(
  deviceFaultSchema.options.map((option) => [
    option.shape.device.value,
    new Set(option.shape.fault.options.map((fault) => fault.shape.kind.value)),
  ]),
);

export const hasFaultKind = (device: DeviceName, kind: string): boolean => kindsOf.get(device)?.has(kind) ?? false;
