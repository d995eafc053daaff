import type { SimulatedDevice } from '../device/simulated-device.ts';
import { gaugeFaultSchema } from './fault.ts';
import { GaugeSimulator } from './gauge-simulator.ts';
import { fillingStation, tankAt } from './tank.ts';

/** What vehicles take, mm of height in an hour. */
const FALL = 20;
const LOWEST = 300;

/** The console of the site's own filling station; its tanks run down as vehicles are filled. */
export const tankGauge = (port: number): SimulatedDevice => {
  const gauge = new GaugeSimulator({ port });
  const kinds = gaugeFaultSchema.options.map((option) => option.shape.kind.value);
  return {
    name: 'tank-gauge',
    get endpoint() {
      return gauge.endpoint;
    },
    get faults() {
      return gauge.faults;
    },
    get requestsSeen() {
      return gauge.queriesSeen;
    },
    get writesSeen() {
      return gauge.setsSeen;
    },
    start: () => gauge.start(),
    stop: () => gauge.stop(),
    show: ({ plant }) => {
      for (const { number, product, height, temperature } of fillingStation)
        gauge.show(tankAt(number, product, Math.max(LOWEST, height - (FALL * plant.seconds) / 3600), temperature));
    },
    fault: (fault) => gauge.fault(gaugeFaultSchema.parse(fault)),
    clear: (kind) => gauge.clear(kinds.find((known) => known === kind)),
  };
};
