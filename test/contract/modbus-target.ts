import type { Driver } from '#drivers/driver.ts';
import { modbus } from '#drivers/modbus/driver.ts';
import { ModbusSimulator } from '#simulators/modbus/modbus-simulator.ts';
import type { ContractPoint, ContractTarget } from './driver-contract.ts';

const points: readonly ContractPoint[] = [
  { id: 'TK-2101.level', kind: 'level', address: 'input:0x0000 float32 CDAB', value: 61.5 },
  { id: 'TK-2101.temperature', kind: 'temperature', address: 'input:0x0002 float32 CDAB', value: 24.25 },
  { id: 'TK-2101.high-level-switch', kind: 'state', address: 'discrete:0x0000', value: true },
  { id: 'XV-2101.open', kind: 'state', address: 'coil:0x0000', value: true },
  { id: 'XV-2101.closed', kind: 'state', address: 'coil:0x0001', value: false },
  { id: 'P-2201.running', kind: 'state', address: 'holding:0x0101 bit=0', value: true },
  { id: 'L-2201.total', kind: 'quantity', address: 'holding:0x0106 uint32 CDAB', value: 123_456 },
];

/** The tank farm's PLC with fixed values. */
export async function modbusTarget(): Promise<ContractTarget> {
  const simulator = new ModbusSimulator({ port: 0 });
  await simulator.start();
  for (const { id, value } of points) if (value !== null && typeof value !== 'string') simulator.show(id, value);
  const [host = '', port] = simulator.endpoint.split(':');
  return {
    driver: modbus as Driver,
    device: { host, port: Number(port) },
    options: (at) => ({
      transport: { kind: 'tcp', host: at.host, port: at.port, connectTimeout: '2s' },
      timeout: '400ms',
      interval: '200ms',
    }),
    points,
    unknownAddress: 'input:0x4000 float32 CDAB',
    silenceWithinMs: 10_000,
    close: () => simulator.stop(),
  };
}
