import type { Driver } from '#drivers/driver.ts';
import { opcua } from '#drivers/opcua/driver.ts';
import { OpcuaSimulator } from '#simulators/opcua/opcua-simulator.ts';
import { PLANT_NAMESPACE } from '#simulators/opcua/node-table.ts';
import { plantTags } from '#simulators/plant/tags.ts';
import type { ContractPoint, ContractTarget } from './driver-contract.ts';

const points = plantTags
  .filter(({ system }) => system === 'dcs')
  .slice(0, 8)
  .map(({ point, tag, range }, index): ContractPoint => ({
    id: point,
    kind: range ? 'number' : 'state',
    address: `nsu=${PLANT_NAMESPACE};s=${tag}`,
    value: range ? range[0] + ((range[1] - range[0]) * (index + 1)) / 10 : true,
  }));

/** The DCS with fixed values. */
export async function opcuaTarget(): Promise<ContractTarget> {
  const simulator = new OpcuaSimulator({ port: 0 });
  await simulator.start();
  const shown = points.flatMap(({ id, value }) =>
    typeof value === 'number' || typeof value === 'boolean'
      ? [{ point: id, truth: value, shown: value, isSensorGood: true }]
      : [],
  );
  simulator.show(shown, Date.now());
  const { hostname, port } = new URL(simulator.endpoint);
  return {
    driver: opcua as Driver,
    device: { host: hostname, port: Number(port) },
    options: (at) => ({
      endpoint: `opc.tcp://${at.host}:${at.port}`,
      publishingInterval: '200ms',
      keepAlive: '1s',
      connectTimeout: '3s',
      requestTimeout: '3s',
      conditions: { node: 'i=2253' },
    }),
    points,
    unknownAddress: `nsu=${PLANT_NAMESPACE};s=NO-SUCH-TAG`,
    silenceWithinMs: 15_000,
    close: () => simulator.stop(),
  };
}
