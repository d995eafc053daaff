import { parser, type Packet } from 'mqtt-packet';
import { BinaryStream, CallRequest, ObjectIds } from 'node-opcua';

/** One request as it stood on the wire. `isRead` is decided by a list of what may pass, never of what may not. */
export interface WireRequest {
  readonly name: string;
  readonly isRead: boolean;
}

const modbusReads: Readonly<Record<number, string>> = {
  0x01: 'read coils',
  0x02: 'read discrete inputs',
  0x03: 'read holding registers',
  0x04: 'read input registers',
  0x2b: 'encapsulated interface',
};
const READ_DEVICE_IDENTIFICATION = 0x0e;

/** Requests in what a client sent over Modbus TCP: MBAP header of 7 bytes, then the PDU. */
export function modbusRequests(sent: Buffer): WireRequest[] {
  const requests: WireRequest[] = [];
  for (let at = 0; at + 8 <= sent.length; at += 6 + sent.readUInt16BE(at + 4)) {
    const code = sent.readUInt8(at + 7);
    const isIdentify = code !== 0x2b || sent[at + 8] === READ_DEVICE_IDENTIFICATION;
    requests.push({ name: modbusReads[code] ?? `function code ${code}`, isRead: code in modbusReads && isIdentify });
  }
  return requests;
}

/** A field mill talks by itself: every byte sent to it is one too many. */
export const fieldMillRequests = (sent: Buffer): WireRequest[] =>
  sent.length === 0 ? [] : [{ name: `${sent.length} bytes`, isRead: false }];

/** Messages and control frames in what a client sent over a WebSocket: the handshake, then masked frames (RFC 6455 §5.2). */
function webSocketFrames(sent: Buffer): { readonly opcode: number; readonly payload: Buffer }[] {
  const frames: { opcode: number; payload: Buffer }[] = [];
  for (let at = sent.indexOf('\r\n\r\n') + 4; at >= 4 && at + 6 <= sent.length;) {
    const short = sent.readUInt8(at + 1) & 0x7f;
    const [length, head] = short === 126 ? [sent.readUInt16BE(at + 2), 4] : [short, 2];
    const mask = sent.subarray(at + head, at + head + 4);
    const begin = at + head + 4;
    const payload = sent.subarray(begin, begin + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
    frames.push({ opcode: sent.readUInt8(at) & 0x0f, payload: Buffer.from(payload) });
    at = begin + length;
  }
  return frames;
}

const controlFrames: Readonly<Record<number, string>> = { 8: 'close', 9: 'ping', 10: 'pong' };

function webSocketMessages(sent: Buffer, judge: (payload: Buffer) => WireRequest): WireRequest[] {
  const isHandshake = sent.toString('latin1', 0, 4) === 'GET ';
  if (!isHandshake) return [{ name: sent.toString('latin1', 0, 8), isRead: false }];
  const frames = webSocketFrames(sent).map(({ opcode, payload }) => {
    const control = controlFrames[opcode];
    return control === undefined ? judge(payload) : { name: control, isRead: true };
  });
  return [{ name: 'handshake', isRead: true }, ...frames];
}

/** LocalSense frames: type 0x27 is the login, everything else sets something. */
export const localSenseRequests = (sent: Buffer): WireRequest[] =>
  webSocketMessages(sent, (payload) => {
    const isLogin = payload[2] === 0x27;
    return { name: isLogin ? 'login' : `frame ${payload[2]?.toString(16) ?? 'without type'}`, isRead: isLogin };
  });

/** An omlox hub: subscriptions, and GETs for what is known. */
export const omloxRequests = (sent: Buffer): WireRequest[] => {
  const isUpgrade = /\r\nupgrade: websocket\r\n/i.test(sent.toString('latin1', 0, 2000));
  if (!isUpgrade) {
    const method = sent.toString('latin1', 0, sent.indexOf(' '));
    return sent.length === 0 ? [] : [{ name: method, isRead: method === 'GET' }];
  }
  return webSocketMessages(sent, (payload) => {
    const { event } = JSON.parse(payload.toString('utf8')) as { readonly event: string };
    return { name: event, isRead: event === 'subscribe' };
  });
};

/** A stream of JSON over a WebSocket: every message sent to it is one too many. */
export const webSocketFeedRequests = (sent: Buffer): WireRequest[] =>
  webSocketMessages(sent, (payload) => ({ name: `${payload.length} bytes`, isRead: false }));

const mqttReads: ReadonlySet<string> = new Set(['connect', 'subscribe', 'pingreq', 'puback', 'disconnect']);

/** Packets in what a client sent to a broker: everything but a publication. */
export function mqttRequests(sent: Buffer): WireRequest[] {
  const requests: WireRequest[] = [];
  const reading = parser();
  reading.on('packet', ({ cmd }: Packet) => requests.push({ name: cmd, isRead: mqttReads.has(cmd) }));
  reading.parse(sent);
  return requests;
}

/** SOAP operations, HTTP and RTSP methods that change nothing in a camera but its client's own subscription. */
const cameraReads =
  /^(?:Get\w+|CreatePullPointSubscription|PullMessages|Renew|Unsubscribe|SetSynchronizationPoint|OPTIONS|DESCRIBE|SETUP|PLAY|GET_PARAMETER|TEARDOWN|GET)$/;

/** What a client asked of a camera over HTTP, by SOAP operation where there is a body. */
export function cameraRequests(sent: Buffer): WireRequest[] {
  const text = sent.toString('utf8');
  return text.split(/(?=\b[A-Z_]{3,20} \S+ (?:HTTP|RTSP)\/\d\.\d\r\n)/).flatMap((request) => {
    const [, method] = /^([A-Z]+) /.exec(request) ?? [];
    if (method === undefined) return [];
    const [, operation = method] = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(request) ?? [];
    return [{ name: operation, isRead: cameraReads.test(operation) && (method !== 'POST' || operation !== method) }];
  });
}

const tankGaugeReads: Readonly<Record<string, string>> = {
  i201: 'inventory',
  i205: 'status',
  i902: 'revision',
};

/** Functions in what a client sent to a tank gauge: SOH, perhaps six digits, four characters, two digits of the tank. */
export function tankGaugeRequests(sent: Buffer): WireRequest[] {
  const [before = '', ...commands] = sent.toString('latin1').split('\x01');
  const strays = before === '' ? [] : [{ name: `${before.length} bytes before a command`, isRead: false }];
  return [
    ...strays,
    ...commands.map((command) => {
      const [, code = ''] = /^(?:\d{6})?(\w{4})\d\d$/.exec(command) ?? [];
      return { name: tankGaugeReads[code] ?? `command ${command}`, isRead: code in tankGaugeReads };
    }),
  ];
}

/** Services of OPC 10000-4 that change nothing in a server but the client's own session and subscriptions. */
const opcuaReads = new Set(
  [
    ['OpenSecureChannel', 'CloseSecureChannel', 'FindServers', 'GetEndpoints'],
    ['CreateSession', 'ActivateSession', 'CloseSession', 'Cancel'],
    ['Browse', 'BrowseNext', 'TranslateBrowsePathsToNodeIds', 'RegisterNodes', 'UnregisterNodes'],
    ['Read', 'HistoryRead'],
    ['CreateMonitoredItems', 'ModifyMonitoredItems', 'DeleteMonitoredItems', 'SetMonitoringMode', 'SetTriggering'],
    ['CreateSubscription', 'ModifySubscription', 'DeleteSubscriptions', 'TransferSubscriptions', 'SetPublishingMode'],
    ['Publish', 'Republish'],
  ].flat(),
);

/** Symmetric header: message header 8, channel 4, token 4, sequence 4, request 4; then the type's node id. */
const SYMMETRIC_HEADER = 24;
/** Node id in four bytes: encoding 1, namespace 1, identifier 2. */
const FOUR_BYTE_NODE_ID = 1;

/** Requests in what a client sent over opc.tcp without encryption. */
export function opcuaRequests(sent: Buffer): WireRequest[] {
  const requests: WireRequest[] = [];
  let isContinued = false;
  for (let at = 0; at + 8 <= sent.length; at += sent.readUInt32LE(at + 4)) {
    const [type, chunk] = [sent.toString('latin1', at, at + 3), sent.toString('latin1', at + 3, at + 4)];
    // HEL, OPN and CLO speak of the channel alone.
    if (type !== 'MSG') continue;
    if (!isContinued) requests.push(opcuaRequest(sent.subarray(at + SYMMETRIC_HEADER)));
    isContinued = chunk === 'C';
  }
  return requests;
}

function opcuaRequest(body: Buffer): WireRequest {
  if (body[0] !== FOUR_BYTE_NODE_ID || body[1] !== 0) return { name: 'unreadable request', isRead: false };
  const name = (ObjectIds[body.readUInt16LE(2)] ?? 'unknown service').replace('Request_Encoding_DefaultBinary', '');
  return { name, isRead: opcuaReads.has(name) || (name === 'Call' && callsOnlyConditionRefresh(body.subarray(4))) };
}

/** ConditionRefresh asks for the alarms that stand and changes nothing (OPC 10000-9 §5.5.7). */
const CONDITION_REFRESH = 'ns=0;i=3875';

function callsOnlyConditionRefresh(body: Buffer): boolean {
  const call = new CallRequest();
  call.decode(new BinaryStream(body));
  const methods = (call.methodsToCall ?? []).map(({ methodId }) => methodId.toString());
  return methods.length > 0 && methods.every((method) => method === CONDITION_REFRESH);
}
