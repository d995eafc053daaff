import type { SimulatedDevice } from '../device/simulated-device.ts';
import { Crowd } from './crowd.ts';
import { locatingFaultSchema } from './fault.ts';
import { usualFlaws } from './flaws.ts';
import { LocatingHub } from './hub.ts';
import { LocalSenseWire } from './local-sense-wire.ts';

const PEOPLE = 16;
/** Where the crew works that the plant's handle `crew.tank-farm` calls. */
const CREW_ZONE = 'tank-farm';

/**
 * The site's locating hub, binary frames over WebSocket. Sixteen people walk about; the plant's `crew.tank-farm` calls some of them together
 * there, `crew.sos` presses the button of one of them.
 */
export function locatingHub(port: number): SimulatedDevice {
  // A tag that is unheard at times would be an alarm each time; scenarios silence tags on purpose.
  const crowd = new Crowd({ people: PEOPLE, seed: 4, flaws: { ...usualFlaws, dropoutsPerHour: 0 } });
  const hub = new LocatingHub(crowd, new LocalSenseWire({ port, plan: crowd.plan }));
  const kinds = locatingFaultSchema.options.map((option) => option.shape.kind.value);
  let crew = 0;
  let isSos = false;
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
    show({ plant }) {
      const wanted = Math.round(plant.handle('crew.tank-farm'));
      crowd.tags.forEach((tag, index) => {
        if (index < wanted && index >= crew) crowd.person(tag).sendTo(CREW_ZONE);
        if (index >= wanted && index < crew) crowd.person(tag).release();
      });
      crew = wanted;
      const [first] = crowd.tags;
      if (first !== undefined && plant.handle('crew.sos') > 0.5 !== isSos) {
        isSos = !isSos;
        crowd.sos(first, isSos);
      }
    },
    fault: (fault) => hub.fault(locatingFaultSchema.parse(fault)),
    clear: (kind) => hub.clear(kinds.find((known) => known === kind)),
  };
}
