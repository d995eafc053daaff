import { faultList } from '../device/faulty.ts';
import type { SimulatedDevice } from '../device/simulated-device.ts';
import { permitFaultSchema } from './fault.ts';
import { PermitSystem } from './permit-system.ts';

/** The site's permit system. The plant's handle `hot-work.compressor-house` signs a ticket there, begins it, ends it. */
export function permitDevice(port: number): SimulatedDevice {
  const system = new PermitSystem({ port });
  system.declareStop('P-1401B', '备用 · spare');
  const faults = faultList(permitFaultSchema, system);
  let step = 0;
  let ticket: string | undefined;
  const sign = (): string => {
    const id = system.create({
      workAreaCode: 'compressor-house',
      ticketContent: '压缩机厂房更换支架 · welding a bracket in the compressor house',
      workers: ['E006', 'E007'],
      supervisor: 'E010',
      videoCodes: ['camera-compressor'],
    });
    system.gasTest(id, 0, '%LEL', '氢气');
    return id;
  };
  return {
    name: 'permits',
    get endpoint() {
      return system.endpoint;
    },
    get faults() {
      return faults.now();
    },
    get writesSeen() {
      return system.writesSeen;
    },
    start: () => system.start(),
    stop: () => system.stop(),
    show({ plant }) {
      const wanted = Math.round(plant.handle('hot-work.compressor-house'));
      if (wanted === step) return;
      step = wanted;
      if (wanted === 0) {
        if (ticket !== undefined) system.finish(ticket);
        ticket = undefined;
        return;
      }
      ticket ??= sign();
      if (wanted === 2) system.begin(ticket);
      else system.suspend(ticket);
    },
    fault: async (fault) => void (await faults.add(fault)),
    clear: (kind) => faults.clear(kind),
  };
}
