import type { SimulatedDevice } from '../device/simulated-device.ts';
import { gaugeFaultSchema } from './fault.ts';
import { GaugeSimulator } from './gauge-simulator.ts';
import { fillingStation, tankAt } from './tank.ts';

/** What vehicles take, mm of height in an hour. */
const FALL = 20;
const LOWEST = 300;
/** Which tank a tanker unloads into, and how fast: mm of height in an hour, and no higher than this. */
const UNLOADED = 2;
const RISE = 2500;
const HIGHEST = 2100;

/** The console of the site's own filling station; its tanks run down as vehicles are filled. */
export const tankGauge = (port: number): SimulatedDevice => {
  const gauge = new GaugeSimulator({ port });
  let [seenAt, unloaded] = [0, 0];
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
      const isUnloading = plant.handle('station.unloading') > 0.5;
      // A plant that was started over begins at none again.
      if (plant.seconds < seenAt) unloaded = 0;
      else if (isUnloading) unloaded += (RISE * (plant.seconds - seenAt)) / 3600;
      seenAt = plant.seconds;
      for (const { number, product, height, temperature } of fillingStation) {
        const isFilled = number === UNLOADED;
        const level = height - (FALL * plant.seconds) / 3600 + (isFilled ? unloaded : 0);
        const tank = tankAt(number, product, Math.min(HIGHEST, Math.max(LOWEST, level)), temperature);
        gauge.show({ ...tank, isDelivering: isFilled && isUnloading });
      }
    },
    fault: (fault) => gauge.fault(gaugeFaultSchema.parse(fault)),
    clear: (kind) => gauge.clear(kinds.find((known) => known === kind)),
  };
};
