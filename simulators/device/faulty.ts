import type { z } from 'zod';
import type { AnyFault } from './simulated-device.ts';

interface Switchable {
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The faults that a device has now, checked against its menu; `gone` switches it off and on. */
export const faultList = <Fault extends AnyFault>(schema: z.ZodType<Fault>, device: Switchable) => {
  let faults: readonly Fault[] = [];
  return {
    now: (): readonly Fault[] => faults,
    add: async (written: unknown): Promise<Fault> => {
      const fault = schema.parse(written);
      faults = [...faults.filter((one) => JSON.stringify(one) !== JSON.stringify(fault)), fault];
      if (fault.kind === 'gone') await device.stop();
      return fault;
    },
    clear: async (kind?: string): Promise<void> => {
      const wasGone = faults.some((fault) => fault.kind === 'gone');
      faults = kind === undefined ? [] : faults.filter((fault) => fault.kind !== kind);
      if (wasGone && !faults.some((fault) => fault.kind === 'gone')) await device.start();
    },
  };
};
