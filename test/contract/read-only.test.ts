import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { AttributeIds, DataType, OPCUAClient, StatusCodes } from 'node-opcua';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { pointId } from '#agent/model/ids.ts';
import type { DriverPoint } from '#drivers/driver.ts';
import { alertStreamTarget } from './alert-stream-target.ts';
import type { ContractTarget } from './driver-contract.ts';
import { fieldMillTarget } from './field-mill-target.ts';
import { firewatchFeedTarget } from './firewatch-feed-target.ts';
import { jsonFeedTarget } from './json-feed-target.ts';
import { localSenseTarget } from './local-sense-target.ts';
import { modbusTarget } from './modbus-target.ts';
import { omloxTarget } from './omlox-target.ts';
import { onvifTarget } from './onvif-target.ts';
import { opcuaTarget } from './opcua-target.ts';
import { pozyxTarget } from './pozyx-target.ts';
import { tankGaugeTarget } from './tank-gauge-target.ts';
import { WatchedSource } from './watched-source.ts';
import { WireGate } from './wire-gate.ts';
import type { Endpoint } from './wire-gate.ts';
import {
  cameraRequests,
  fieldMillRequests,
  localSenseRequests,
  modbusRequests,
  mqttRequests,
  omloxRequests,
  opcuaRequests,
  tankGaugeRequests,
  webSocketFeedRequests,
} from './wire-requests.ts';
import type { WireRequest } from './wire-requests.ts';

const PATIENCE_MS = 20_000;

/** Write single register 1, then write single coil 1, each in a frame of its own. */
async function writeModbus({ host, port }: Endpoint): Promise<void> {
  const socket = connect({ host, port });
  const frames = ['000100000006010600010001', '00020000000601050001ff00'].map((hex) => Buffer.from(hex, 'hex'));
  for (const frame of frames) {
    socket.write(frame);
    // One answer, be it a refusal, shows that the frame went all the way.
    await once(socket, 'data');
  }
  socket.destroy();
}

async function writeOpcua({ host, port }: Endpoint): Promise<void> {
  const client = OPCUAClient.create({ endpointMustExist: false, connectionStrategy: { maxRetry: 0 } });
  await client.connect(`opc.tcp://${host}:${port}`);
  const session = await client.createSession();
  await session.write({
    nodeId: 'ns=1;s=anything',
    attributeId: AttributeIds.Value,
    value: { value: { dataType: DataType.Double, value: 1 }, statusCode: StatusCodes.Good },
  });
  await session.call({ objectId: 'i=2253', methodId: 'i=11492', inputArguments: [] });
  // ConditionRefresh, which is a read in all but name.
  const subscriptionId = { dataType: DataType.UInt32, value: 1 };
  await session.call({ objectId: 'i=2782', methodId: 'i=3875', inputArguments: [subscriptionId] });
  await session.close();
  await client.disconnect();
}

/** To a field mill anything is a write; to a tank gauge a new label of tank 1 (S602). */
async function writeLine({ host, port }: Endpoint, text: string): Promise<void> {
  const socket = connect({ host, port });
  socket.resume();
  socket.end(text, 'latin1');
  // The way back is closed only after all of the text has arrived.
  await once(socket, 'close');
}

/** A filter on the tags that the hub pushes: harmless, and a setting all the same. */
async function writeLocalSense({ host, port }: Endpoint): Promise<void> {
  await writeWebSocket(`ws://${host}:${port}`, Buffer.from('cc5fa900000000ffffaabb', 'hex'), 'localSensePush-protocol');
}

async function writeWebSocket(url: string, message: Buffer | string, protocol?: string): Promise<void> {
  const socket = new WebSocket(url, protocol);
  await once(socket, 'open');
  socket.send(message);
  socket.close();
  await once(socket, 'close');
}

async function writeMqtt({ host, port }: Endpoint): Promise<void> {
  const client = await connectAsync(`mqtt://${host}:${port}`, { reconnectPeriod: 0 });
  await client.publishAsync('tags', '[]');
  await client.endAsync();
}

/** To move a camera, and to set its clock. */
async function writeOnvif({ host, port }: Endpoint): Promise<void> {
  for (const operation of ['AbsoluteMove', 'SetSystemDateAndTime']) {
    const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation}/></s:Body></s:Envelope>`;
    const answer = await fetch(`http://${host}:${port}/onvif/device_service`, { method: 'POST', body });
    await answer.text();
  }
}

/** To trigger an alarm output, as the protocol has it. */
async function writeAlertStream({ host, port }: Endpoint): Promise<void> {
  const answer = await fetch(`http://${host}:${port}/ISAPI/System/IO/outputs/1/trigger`, {
    method: 'PUT',
    body: '<a/>',
  });
  await answer.text();
}

const kinds = [
  {
    kind: 'alert-stream',
    makeTarget: alertStreamTarget,
    requestsOf: cameraRequests,
    write: writeAlertStream,
    reads: ['GET'],
    writes: ['PUT'],
  },
  {
    kind: 'modbus',
    makeTarget: modbusTarget,
    requestsOf: modbusRequests,
    write: writeModbus,
    reads: ['read coils', 'read discrete inputs', 'read holding registers', 'read input registers'],
    writes: ['function code 6', 'function code 5'],
  },
  {
    kind: 'onvif',
    makeTarget: onvifTarget,
    requestsOf: cameraRequests,
    write: writeOnvif,
    reads: [
      'GetSystemDateAndTime',
      'GetDeviceInformation',
      'CreatePullPointSubscription',
      'PullMessages',
      'Unsubscribe',
    ],
    writes: ['AbsoluteMove', 'SetSystemDateAndTime'],
  },
  {
    kind: 'opcua',
    makeTarget: opcuaTarget,
    requestsOf: opcuaRequests,
    write: writeOpcua,
    reads: ['CreateSession', 'Read', 'CreateSubscription', 'CreateMonitoredItems', 'Publish', 'CloseSession'],
    writes: ['Write', 'Call'],
  },
  {
    kind: 'field-mill',
    makeTarget: fieldMillTarget,
    requestsOf: fieldMillRequests,
    write: (at: Endpoint) => writeLine(at, 'reset\r\n'),
    reads: [],
    writes: ['7 bytes'],
  },
  {
    kind: 'firewatch-feed',
    makeTarget: firewatchFeedTarget,
    requestsOf: mqttRequests,
    write: writeMqtt,
    reads: ['connect', 'subscribe', 'disconnect'],
    writes: ['publish'],
  },
  {
    kind: 'json-feed over mqtt',
    makeTarget: () => jsonFeedTarget('mqtt'),
    requestsOf: mqttRequests,
    write: writeMqtt,
    reads: ['connect', 'subscribe', 'disconnect'],
    writes: ['publish'],
  },
  {
    kind: 'json-feed over web-socket',
    makeTarget: () => jsonFeedTarget('web-socket'),
    requestsOf: webSocketFeedRequests,
    write: ({ host, port }: Endpoint) => writeWebSocket(`ws://${host}:${port}`, '{}'),
    reads: ['handshake', 'ping'],
    writes: ['2 bytes'],
  },
  {
    kind: 'json-feed over tcp',
    makeTarget: () => jsonFeedTarget('tcp'),
    requestsOf: fieldMillRequests,
    write: (at: Endpoint) => writeLine(at, '{}\n'),
    reads: [],
    writes: ['3 bytes'],
  },
  {
    kind: 'local-sense',
    makeTarget: localSenseTarget,
    requestsOf: localSenseRequests,
    write: writeLocalSense,
    reads: ['handshake', 'login', 'ping'],
    writes: ['frame a9'],
  },
  {
    kind: 'omlox',
    makeTarget: omloxTarget,
    requestsOf: omloxRequests,
    write: ({ host, port }: Endpoint) =>
      writeWebSocket(`ws://${host}:${port}/v2/ws/socket`, '{"event":"message","topic":"location_updates"}'),
    reads: ['handshake', 'subscribe', 'ping', 'GET'],
    writes: ['message'],
  },
  {
    kind: 'pozyx',
    makeTarget: pozyxTarget,
    requestsOf: mqttRequests,
    write: writeMqtt,
    reads: ['connect', 'subscribe', 'disconnect'],
    writes: ['publish'],
  },
  {
    kind: 'tank-gauge',
    makeTarget: tankGaugeTarget,
    requestsOf: tankGaugeRequests,
    write: (at: Endpoint) => writeLine(at, '\x01S60201DIESEL'),
    reads: ['inventory', 'status', 'revision'],
    writes: ['command S60201DIESEL'],
  },
] as const;

/** A life with everything in it: an address that does not exist, a loss, a second connection, an orderly end. */
async function live(target: ContractTarget, gate: WireGate, stateDir: string): Promise<void> {
  const unknown = { id: 'nowhere', kind: 'number', address: target.unknownAddress };
  const points = [...target.points, unknown].map((point): DriverPoint<unknown> => ({
    id: pointId(point.id),
    kind: point.kind,
    address: target.driver.address.parse(point.address),
  }));
  const options = target.driver.schema.parse(target.options(gate.endpoint));
  for (const ending of ['loss', 'stop']) {
    const source = new WatchedSource({ driver: target.driver, options, points, stateDir });
    await source.until('every point', () => source.latest.size === points.length, PATIENCE_MS);
    const heard = source.signals.length;
    await source.until('more', () => source.signals.length >= heard + 3, PATIENCE_MS);
    if (ending === 'loss') {
      gate.reset();
      await source.until('an error', () => source.end !== undefined, PATIENCE_MS);
    }
    source.stop();
    await source.until('released', () => gate.open === 0, target.driver.releaseWithinMs + 1_000);
  }
}

describe.each(kinds)(
  'on the wire, driver $kind',
  { timeout: 90_000 },
  ({ makeTarget, requestsOf, write, reads, writes }) => {
    const seen = (gate: WireGate): readonly WireRequest[] => gate.sent.flatMap((sent) => requestsOf(sent));

    it('sends nothing but reads in a life with faults, a loss and an orderly end', async () => {
      const target = await makeTarget();
      const gate = await WireGate.open(target.device);
      const stateDir = mkdtempSync(join(tmpdir(), 'firewatch-read-only-'));
      try {
        await live(target, gate, stateDir);
        const requests = seen(gate);
        expect([...new Set(requests.map(({ name }) => name))]).toEqual(expect.arrayContaining([...reads]));
        expect(requests.filter(({ isRead }) => !isRead)).toEqual([]);
      } finally {
        await gate.close();
        await target.close();
        rmSync(stateDir, { recursive: true, force: true });
      }
    });

    it('would be caught if it wrote', async () => {
      const target = await makeTarget();
      const gate = await WireGate.open(target.device);
      try {
        await write(gate.endpoint);
        const caught = seen(gate).filter(({ isRead }) => !isRead);
        expect(caught.map(({ name }) => name)).toEqual([...writes]);
      } finally {
        await gate.close();
        await target.close();
      }
    });
  },
);

describe('in the source, no driver', () => {
  const root = new URL('../../drivers', import.meta.url).pathname;
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  /** How the libraries that drivers use, and their kin, spell changing a device. */
  const changing = [
    /\bwrite(?:Coils?|Registers?|FC\d+|SingleNode|MultipleNodes|Attribute|Property)\b/,
    /\bmask_?Write|maskWriteRegister/i,
    /\bsession\s*\.\s*(?:write|call|setValue|historyUpdate)/i,
    /\bWriteRequest\b|\bHistoryUpdateRequest\b|\bAddNodesRequest\b|\bDeleteNodesRequest\b/,
    /\bcallMethod\b|\bsetWritable\b|\bsetMonitoredValue\b/,
    /\b(?:functionCode|fc)\s*[:=]+\s*(?:5|6|15|16|22|23|0x0?5|0x0?6|0x0f|0x10|0x16|0x17)\b/i,
  ];

  it.each(changing)('mentions %s', (pattern) => {
    expect(files.length).toBeGreaterThan(20);
    const found = files.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')));
    expect(found).toEqual([]);
  });

  it('reaches past the import rules at run time', () => {
    const dynamic = /\bimport\(\s*['"`](?:#(?!drivers\/)|\.\.\/\.\.)|\brequire\(/;
    expect(files.filter((file) => dynamic.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });
});
