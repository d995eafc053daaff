import { COUNTER } from './node-red.ts';

const LONGEST_READ = 125;
/** The node does not heed how many items a server takes at once: with more than that Node-RED ends. */
const ITEMS_A_MESSAGE = 1000;

/** Holding registers read each second, 125 a request, as the Modbus node's editor would leave it. */
export function modbusFlow(port: number, registers: number): readonly object[] {
  const client = {
    id: 'plc',
    type: 'modbus-client',
    clienttype: 'tcp',
    bufferCommands: true,
    stateLogEnabled: false,
    queueLogEnabled: false,
    failureLogEnabled: true,
    tcpHost: '127.0.0.1',
    tcpPort: String(port),
    tcpType: 'DEFAULT',
    unit_id: '1',
    commandDelay: '1',
    clientTimeout: '1000',
    reconnectOnTimeout: true,
    reconnectTimeout: '2000',
    parallelUnitIdsAllowed: true,
  };
  const reads = Array.from({ length: Math.ceil(registers / LONGEST_READ) }, (_, at) => ({
    id: `read-${at}`,
    type: 'modbus-read',
    z: 'tab',
    unitid: '1',
    dataType: 'HoldingRegister',
    adr: String(at * LONGEST_READ),
    quantity: String(Math.min(LONGEST_READ, registers - at * LONGEST_READ)),
    rate: '1',
    rateUnit: 's',
    server: client.id,
    useIOFile: false,
    emptyMsgOnFail: false,
    wires: [[COUNTER], []],
  }));
  return [client, ...reads];
}

/** Variables subscribed to at one second, a thousand each second by the OPC UA node's `multiple`. */
export function opcuaFlow(endpoint: string, nodeIds: readonly string[]): readonly object[] {
  const server = { id: 'dcs', type: 'OpcUa-Endpoint', endpoint, secpol: 'None', secmode: 'None', none: true };
  const client = {
    id: 'client',
    type: 'OpcUa-Client',
    z: 'tab',
    endpoint: server.id,
    action: 'subscribe',
    deadbandtype: 'a',
    deadbandvalue: 1,
    time: '1',
    timeUnit: 's',
    certificate: 'n',
    keepsessionalive: true,
    wires: [[COUNTER], [], []],
  };
  const nodes = nodeIds.map((nodeId) => ({ nodeId }));
  const ask = {
    id: 'ask',
    type: 'function',
    z: 'tab',
    func: `const from = context.get('from') || 0;
context.set('from', from + ${ITEMS_A_MESSAGE});
const payload = ${JSON.stringify(nodes)}.slice(from, from + ${ITEMS_A_MESSAGE});
return payload.length > 0 ? { topic: 'multiple', payload } : null;`,
    outputs: 1,
    wires: [[client.id]],
  };
  const start = { id: 'start', type: 'inject', z: 'tab', once: true, onceDelay: 3, repeat: '1', wires: [[ask.id]] };
  return [server, client, ask, start];
}
