import { alertStream } from './alert-stream/driver.ts';
import type { Driver } from './driver.ts';
import { fieldMill } from './field-mill/driver.ts';
import { firewatchFeed } from './firewatch-feed/driver.ts';
import { jsonFeed } from './json-feed/driver.ts';
import { localSense } from './local-sense/driver.ts';
import { modbus } from './modbus/driver.ts';
import { omlox } from './omlox/driver.ts';
import { onvif } from './onvif/driver.ts';
import { opcua } from './opcua/driver.ts';
import { permitFeed } from './permit-feed/driver.ts';
import { pozyx } from './pozyx/driver.ts';
import { tankGauge } from './tank-gauge/driver.ts';

/** Every kind of source that a site file may name. Adding a driver adds one line here. */
export const drivers: readonly Driver[] = [
  alertStream,
  fieldMill,
  firewatchFeed,
  jsonFeed,
  localSense,
  modbus,
  omlox,
  onvif,
  opcua,
  permitFeed,
  pozyx,
  tankGauge,
] as readonly Driver[];
