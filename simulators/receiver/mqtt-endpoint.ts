import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';

/** What to answer to a publish: an MQTT 5 reason code (0 is success), no answer, or an end of the connection. */
export type Answer = number | 'silence' | 'hang-up';

export interface EndpointOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  readonly receiveMaximum?: number;
  readonly maximumPacketSize?: number;
  /** Reason code of the answer to a connect; 0 lets it in. */
  readonly admit?: (connect: IConnectPacket) => number;
  /** Called for each publish, and for the will of a client that is gone without goodbye. */
  readonly onPublish: (publish: IPublishPacket) => Answer;
}

export interface MqttEndpoint {
  readonly port: number;
  /** Cuts every connection and refuses new ones, as a broker that is gone. */
  readonly interrupt: () => Promise<void>;
  /** Listens again, on the same port. */
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * A platform's own MQTT 5 front: takes publishes of QoS 0 and 1 and passes them to the receiver before it acknowledges.
 * It is no broker: nobody can subscribe. Brokers written in JavaScript stop at MQTT 3.1.1.
 */
export async function startMqttEndpoint(options: EndpointOptions): Promise<MqttEndpoint> {
  const host = options.host ?? '127.0.0.1';
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  let port = options.port;

  const resume = async (): Promise<void> => {
    const next = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      serve(socket, options);
    });
    await new Promise<void>((resolve, reject) => {
      next.once('error', reject);
      next.listen(port, host, resolve);
    });
    server = next;
    port = (next.address() as AddressInfo).port;
  };

  const interrupt = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };

  await resume();
  return {
    get port() {
      return port;
    },
    interrupt,
    resume,
    stop: interrupt,
  };
}

const MQTT_5 = { protocolVersion: 5 } as const;
const UNSUPPORTED_VERSION = 0x84;

function serve(socket: Socket, options: EndpointOptions): void {
  const packets = parser(MQTT_5);
  let will: IConnectPacket['will'];
  const send = (packet: Packet): void => {
    if (!socket.destroyed) socket.write(generate(packet, MQTT_5));
  };

  const onConnect = (connect: IConnectPacket): void => {
    const code = connect.protocolVersion === 5 ? (options.admit?.(connect) ?? 0) : UNSUPPORTED_VERSION;
    const { receiveMaximum, maximumPacketSize } = options;
    send({
      cmd: 'connack',
      sessionPresent: false,
      reasonCode: code,
      properties: {
        ...(receiveMaximum === undefined ? {} : { receiveMaximum }),
        ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }),
      },
    });
    if (code === 0) ({ will } = connect);
    else socket.end();
  };

  const onPublish = (publish: IPublishPacket): void => {
    const answer = options.onPublish(publish);
    if (answer === 'hang-up') socket.destroy();
    else if (answer !== 'silence' && publish.qos > 0) {
      send({ cmd: 'puback', messageId: publish.messageId ?? 0, reasonCode: answer });
    }
  };

  packets.on('packet', (packet: Packet) => {
    if (packet.cmd === 'connect') onConnect(packet);
    else if (packet.cmd === 'publish') onPublish(packet);
    else if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') {
      will = undefined;
      socket.end();
    }
  });
  packets.on('error', () => socket.destroy());
  socket.setNoDelay(true);
  socket.on('data', (bytes) => packets.parse(Buffer.from(bytes)));
  socket.on('error', () => undefined);
  socket.on('close', () => {
    if (will) options.onPublish({ cmd: 'publish', ...will, qos: 0, dup: false, retain: will.retain ?? false });
  });
}
