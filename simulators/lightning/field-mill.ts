import type { SimulatedDevice } from '../device/simulated-device.ts';
import { millFaultSchema } from './fault.ts';
import { MillSimulator } from './mill-simulator.ts';
import { fieldUnder, summerStorm } from './storm.ts';

/** The field mill of the site: the storm of the plant's weather, as sentences over TCP. */
export const fieldMill = (port: number): SimulatedDevice => {
  const mill = new MillSimulator({ port });
  const kinds = millFaultSchema.options.map((option) => option.shape.kind.value);
  return {
    name: 'lightning',
    get endpoint() {
      return mill.endpoint;
    },
    get faults() {
      return mill.faults;
    },
    get writesSeen() {
      return mill.bytesReceived;
    },
    start: () => mill.start(),
    stop: () => mill.stop(),
    // Seconds of the clock and not of the plant, which may run faster: flashes are counted by the reader's clock.
    show: ({ plant, time }) => {
      const nearness = plant.plant.surroundings.storm;
      mill.show(fieldUnder(summerStorm, nearness, (time / 1000) % 86_400));
    },
    fault: (fault) => mill.fault(millFaultSchema.parse(fault)),
    clear: (kind) => mill.clear(kinds.find((known) => known === kind)),
  };
};
