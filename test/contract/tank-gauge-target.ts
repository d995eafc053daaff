import type { Driver } from '#drivers/driver.ts';
import { tankGauge } from '#drivers/tank-gauge/driver.ts';
import { GaugeSimulator } from '#simulators/tank-gauge/gauge-simulator.ts';
import { tankAt } from '#simulators/tank-gauge/tank.ts';
import type { ContractPoint, ContractTarget } from './driver-contract.ts';

const full = { ...tankAt(2, '2', 1800), temperature: 16.25, ullage: 5250.5, isDelivering: true, alarms: [4] };

const points: readonly ContractPoint[] = [
  { id: 'T-1.height', kind: 'level', address: 'tank:1 height', value: 1450 },
  { id: 'T-2.height', kind: 'level', address: 'tank:2 height', value: 1800 },
  { id: 'T-2.temperature', kind: 'temperature', address: 'tank:2 temperature', value: 16.25 },
  { id: 'T-2.ullage', kind: 'quantity', address: 'tank:2 ullage', value: 5250.5 },
  { id: 'T-2.delivery', kind: 'state', address: 'tank:2 delivery', value: true },
  { id: 'T-2.overfill', kind: 'state', address: 'tank:2 alarm:overfill', value: true },
  { id: 'T-1.overfill', kind: 'state', address: 'tank:1 alarm:overfill', value: false },
];

/** The console of a filling station with a lorry that unloads into tank 2. */
export async function tankGaugeTarget(): Promise<ContractTarget> {
  const simulator = new GaugeSimulator({ port: 0, tanks: [tankAt(1, '1', 1450), full] });
  await simulator.start();
  const [host = '', port] = simulator.endpoint.split(':');
  return {
    driver: tankGauge as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      transport: { kind: 'tcp', host: at.host, port: at.port, connectTimeout: '2s' },
      interval: '200ms',
      timeout: '400ms',
    }),
    points,
    unknownAddress: 'tank:7 height',
    silenceWithinMs: 6_000,
    close: () => simulator.stop(),
  };
}
