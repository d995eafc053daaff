import { faultList } from '../device/faulty.ts';
import type { SimulatedDevice } from '../device/simulated-device.ts';
import { gasDetectors } from '../plant/gas-cloud.ts';
import { gasFaultSchema } from './fault-schema.ts';
import { GasSimulator } from './gas-simulator.ts';

const BEAT_MS = 500;

const house = gasDetectors.slice(0, 3).map(({ point }) => point);
const tower = gasDetectors.slice(3).map(({ point }) => point);

/** A gas controller: in the compressor house over Modbus TCP, at the tower behind a serial server. */
export const gasPanel = (name: 'gas-panel' | 'gas-line', port: number): SimulatedDevice => {
  const panel =
    name === 'gas-panel'
      ? new GasSimulator({ layout: 'status-bit-tables', points: house, port, beatMs: BEAT_MS })
      : new GasSimulator({
          layout: 'probes-in-turn',
          points: tower,
          port,
          beatMs: BEAT_MS,
          wire: { kind: 'rtu-over-tcp' },
        });
  const list = faultList(gasFaultSchema, panel);
  return {
    name,
    get endpoint() {
      return panel.endpoint;
    },
    get faults() {
      return list.now();
    },
    get writesSeen() {
      return panel.writesSeen;
    },
    start: () => panel.start(),
    stop: () => panel.stop(),
    show: ({ all }) => {
      for (const { point, shown, isSensorGood } of all) panel.show(point, isSensorGood ? shown : undefined);
    },
    fault: async (written) => {
      const fault = await list.add(written);
      if (fault.kind !== 'gone') panel.fault(fault);
    },
    clear: async (kind) => {
      await list.clear(kind);
      if (kind === undefined) panel.clearFaults();
      else panel.clearKind(kind);
    },
  };
};
