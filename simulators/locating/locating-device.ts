import type { SimulatedDevice } from '../device/simulated-device.ts';
import { Crew } from './crew.ts';
import type { Crowd } from './crowd.ts';
import { locatingFaultSchema } from './fault.ts';
import { LocatingHub } from './hub.ts';
import { LocalSenseWire } from './local-sense-wire.ts';

/** The site's locating hub, binary frames over WebSocket. Its people go where the plant's handles `crew.…` send them. */
export function locatingHub(port: number, crowd: Crowd): SimulatedDevice {
  const hub = new LocatingHub(crowd, new LocalSenseWire({ port, plan: crowd.plan }));
  const crew = new Crew(crowd);
  const kinds = locatingFaultSchema.options.map((option) => option.shape.kind.value);
  return {
    name: 'locating',
    get endpoint() {
      return hub.endpoint;
    },
    get faults() {
      return hub.faults;
    },
    start: () => hub.start(),
    stop: () => hub.stop(),
    show: ({ plant }) => crew.obey(plant),
    fault: (fault) => hub.fault(locatingFaultSchema.parse(fault)),
    clear: (kind) => hub.clear(kinds.find((known) => known === kind)),
  };
}
