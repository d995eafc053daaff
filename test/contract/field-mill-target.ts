import type { Driver } from '#drivers/driver.ts';
import { fieldMill } from '#drivers/field-mill/driver.ts';
import { MillSimulator } from '#simulators/lightning/mill-simulator.ts';
import type { ContractPoint, ContractTarget } from './driver-contract.ts';

const points: readonly ContractPoint[] = [
  { id: 'EFM-1.field', kind: 'electric-field', address: 'field', value: -3.25 },
  { id: 'EFM-1.peak', kind: 'electric-field', address: 'peak', value: -3.25 },
  { id: 'EFM-1.jumps', kind: 'number', address: 'jumps', value: 0 },
  { id: 'EFM-1.fault', kind: 'state', address: 'fault', value: false },
  { id: 'EFM-1.over-range', kind: 'state', address: 'over-range', value: false },
  { id: 'EFM-1.stuck', kind: 'state', address: 'stuck', value: false },
];

/** A field mill below a steady cloud, on a transparent serial server. */
export async function fieldMillTarget(): Promise<ContractTarget> {
  const simulator = new MillSimulator({ port: 0 });
  await simulator.start();
  simulator.show(-3.25);
  const [host = '', port] = simulator.endpoint.split(':');
  return {
    driver: fieldMill as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      transport: { kind: 'tcp', host: at.host, port: at.port, connectTimeout: '2s' },
      interval: '200ms',
      silence: '1s',
    }),
    points,
    unknownAddress: 'humidity',
    silenceWithinMs: 3_000,
    close: () => simulator.stop(),
  };
}
