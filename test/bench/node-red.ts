import { AttributeIds, OPCUAClient } from 'node-opcua';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { until } from '#test/faults/whole-line.ts';
import { lastOf, machineHere, readHistory } from './history.ts';
import { startScript } from './line/json-child.ts';
import { modbusFlow, opcuaFlow } from './line/node-red-flows.ts';
import { installNodeRed } from './line/node-red.ts';
import type { NodeRed, NodeRedFigures } from './line/node-red.ts';
import type { BenchResult } from './result.ts';

const POINTS = 10_000;
/** The OPC UA node is asked for a thousand items each second. */
const TIMES = { warmUpMs: 20_000, measuredMs: 24_000 };

/**
 * Node-RED with its Modbus and OPC UA nodes at the same simulated devices as whole-line-modbus and whole-line-opcua: it
 * reads and forgets, where the agent judges, keeps and delivers. It has no target; beside it stands as reference what the
 * agent's whole line needed when it was recorded last on such a machine. Where npm cannot install it, there is nothing.
 */
export async function bench(): Promise<BenchResult[]> {
  const nodeRed = installNodeRed();
  if (!nodeRed) return [row('could be installed by npm', 'installations', 0)];
  try {
    return [...(await rowsOf('modbus', ofModbus(nodeRed))), ...(await rowsOf('opcua', ofOpcua(nodeRed)))];
  } finally {
    nodeRed.remove();
  }
}

async function ofModbus(nodeRed: NodeRed): Promise<NodeRedFigures> {
  const plc = startScript<{ live: number[] }>(new URL('../../simulators/load/modbus-load.ts', import.meta.url), [
    '1',
    '0',
  ]);
  try {
    const [port = 0] = (await plc.first).live;
    return await nodeRed.measure(modbusFlow(port, POINTS), TIMES);
  } finally {
    await plc.stop();
  }
}

async function ofOpcua(nodeRed: NodeRed): Promise<NodeRedFigures> {
  let endpoint: string | undefined;
  const plant = startCommand(
    ['simulate', 'opcua', '--json', '--points', `${POINTS}`, '--opcua-port', '0', '--port', '0'],
    (told) => {
      endpoint ??= (told as { endpoints: Endpoints }).endpoints.opcua;
    },
  );
  try {
    const at = await until(`the server answers; ${plant.lastWords()}`, () => endpoint);
    return await nodeRed.measure(opcuaFlow(at, await nodeIdsOf(at)), TIMES);
  } finally {
    await plant.stop(5000);
  }
}

async function nodeIdsOf(endpoint: string): Promise<readonly string[]> {
  const client = OPCUAClient.create({ endpointMustExist: false });
  await client.connect(endpoint);
  const session = await client.createSession();
  const { value } = await session.read({ nodeId: 'i=2255', attributeId: AttributeIds.Value });
  const namespace = (value.value as string[]).indexOf('urn:firewatch:simulator:plant');
  await client.disconnect();
  return Array.from({ length: POINTS }, (_, at) => `ns=${namespace};s=LOAD-${String(at + 1).padStart(5, '0')}`);
}

async function rowsOf(protocol: 'modbus' | 'opcua', figures: Promise<NodeRedFigures>): Promise<readonly BenchResult[]> {
  const theirs = await figures.catch((cause: unknown) => void process.stderr.write(`${String(cause)}\n`));
  if (!theirs) return [row(`${protocol} could be measured`, 'runs', 0)];
  const history = readHistory();
  const ours = (what: string): number | undefined => lastOf(history, `whole-line-${protocol} ${what}`, machineHere());
  const cpu = ours('agent CPU');
  const rate = ours('values taken');
  return [
    row(`${protocol} values taken`, 'values/s', theirs.valuesPerSecond, rate),
    row(`${protocol} CPU`, '% of a core', theirs.cpuPercent, cpu),
    row(
      `${protocol} CPU for 1000 values/s`,
      '% of a core',
      (theirs.cpuPercent * 1000) / theirs.valuesPerSecond,
      cpu !== undefined && rate !== undefined ? (cpu * 1000) / rate : undefined,
    ),
    row(`${protocol} memory`, 'MB', theirs.residentMb, ours('agent memory')),
  ];
}

const row = (what: string, unit: string, measured: number, agent?: number): BenchResult => ({
  name: `node-red ${what}`,
  unit,
  target: 'none: for comparison',
  measured,
  reference: agent ?? null,
  ratio: agent === undefined ? null : measured / agent,
  ok: true,
});
