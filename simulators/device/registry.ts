import { ModbusSimulator } from '../modbus/modbus-simulator.ts';
import { modbusFaultSchema } from '../modbus/fault.ts';
import { opcuaFaultSchema } from '../opcua/fault.ts';
import { OpcuaSimulator } from '../opcua/opcua-simulator.ts';
import { fillingSkid } from '../skid/filling-skid.ts';
import { gasPanel } from '../gas/gas-panel.ts';
import { fieldMill } from '../lightning/field-mill.ts';
import { locatingHub } from '../locating/locating-device.ts';
import type { Crowd } from '../locating/crowd.ts';
import { compressorCamera, plantBox, tankFarmCamera } from '../camera/site-views.ts';
import { stationBox, stationCamera } from '../camera/station-views.ts';
import { permitDevice } from '../permits/permit-device.ts';
import { safetySystem } from '../sis/safety-system.ts';
import { tankGauge } from '../tank-gauge/tank-gauge.ts';
import { vibrationRack, wirelessGateway } from '../vibration/machine-monitors.ts';
import type { DeviceName } from './fault-menus.ts';
import type { SimulatedDevice } from './simulated-device.ts';

export interface DeviceOptions {
  /** On loopback; 0: any free one. */
  readonly port: number;
  /** Further tags of the DCS, for load. */
  readonly loadPoints: number;
  /** The people of the site, whoever sees or hears them. */
  readonly crowd: Crowd;
}

const opcua = ({ port, loadPoints }: DeviceOptions): SimulatedDevice => {
  const dcs = new OpcuaSimulator({ port, loadPoints });
  const kinds = opcuaFaultSchema.options.map((option) => option.shape.kind.value);
  return {
    name: 'opcua',
    get endpoint() {
      return dcs.endpoint;
    },
    get faults() {
      return dcs.faults;
    },
    start: () => dcs.start(),
    stop: () => dcs.stop(),
    show: ({ all, time }) => dcs.show(all, time),
    fault: (fault) => dcs.fault(opcuaFaultSchema.parse(fault)),
    clear: (kind) => dcs.clear(kinds.find((known) => known === kind)),
  };
};

const modbus = ({ port }: DeviceOptions): SimulatedDevice => {
  const plc = new ModbusSimulator({ port });
  const kinds = modbusFaultSchema.options.map((option) => option.shape.kind.value);
  return {
    name: 'modbus',
    get endpoint() {
      return plc.endpoint;
    },
    get faults() {
      return plc.faults;
    },
    get requestsSeen() {
      return plc.requestsSeen;
    },
    get writesSeen() {
      return plc.writesSeen;
    },
    start: () => plc.start(),
    stop: () => plc.stop(),
    show: ({ all }) => {
      for (const { point, shown, isSensorGood } of all) plc.show(point, isSensorGood ? shown : undefined);
    },
    fault: (fault) => plc.fault(modbusFaultSchema.parse(fault)),
    clear: (kind) => plc.clear(kinds.find((known) => known === kind)),
  };
};

/** Every simulated device, in the order in which their ports follow each other. */
export const makeDevice: Readonly<Record<DeviceName, (options: DeviceOptions) => SimulatedDevice>> = {
  opcua,
  modbus,
  'gas-panel': ({ port }) => gasPanel('gas-panel', port),
  'gas-line': ({ port }) => gasPanel('gas-line', port),
  lightning: ({ port }) => fieldMill(port),
  'tank-gauge': ({ port }) => tankGauge(port),
  sis: ({ port }) => safetySystem(port),
  vibration: ({ port }) => vibrationRack(port),
  wireless: ({ port }) => wirelessGateway(port),
  'filling-skid': ({ port }) => fillingSkid(port),
  locating: ({ port, crowd }) => locatingHub(port, crowd),
  'camera-compressor': ({ port }) => compressorCamera(port),
  'camera-tank-farm': ({ port }) => tankFarmCamera(port),
  'ai-box': ({ port }) => plantBox(port),
  permits: ({ port }) => permitDevice(port),
  'station-camera': ({ port }) => stationCamera(port),
  'station-box': ({ port }) => stationBox(port),
};
