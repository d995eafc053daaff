import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { generate, parser, type Packet } from 'mqtt-packet';

interface Client {
  readonly socket: Socket;
  version: number;
  topics: string[];
}

/** Just enough of a broker: takes subscriptions, says what the simulator says, keeps nothing. MQTT 3.1.1 and 5. */
export class SimulatedBroker {
  readonly #clients = new Set<Client>();
  #server: Server | undefined;
  #port: number;
  #foreign = 0;
  /** Every login is refused. */
  refusesLogins = false;

  constructor(port: number) {
    this.#port = port;
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Wire watch: messages that a client published, which nobody should. */
  get foreignMessages(): number {
    return this.#foreign;
  }

  async start(): Promise<void> {
    if (this.#server) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    this.reset();
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  reset(): void {
    for (const { socket } of this.#clients) socket.resetAndDestroy();
  }

  publish(topic: string, payload: Buffer): void {
    for (const { socket, topics, version } of this.#clients) {
      if (!socket.writable || !topics.some((filter) => fits(filter, topic))) continue;
      const packet = { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false } as const;
      socket.write(generate(packet, { protocolVersion: version }));
    }
  }

  #accept(socket: Socket): void {
    const client: Client = { socket, version: 4, topics: [] };
    this.#clients.add(client);
    const reading = parser();
    reading.on('packet', (packet: Packet) => this.#answer(client, packet));
    reading.on('error', () => socket.destroy());
    socket.on('data', (bytes: Buffer) => reading.parse(bytes));
    socket.on('close', () => this.#clients.delete(client));
    // A client that resets its connection is its own affair; 'close' follows.
    socket.on('error', () => undefined);
  }

  #answer(client: Client, packet: Packet): void {
    const send = (answer: Packet): boolean =>
      client.socket.write(generate(answer, { protocolVersion: client.version }));
    if (packet.cmd === 'connect') {
      client.version = packet.protocolVersion ?? 4;
      const code = this.refusesLogins ? (client.version === 5 ? 135 : 5) : 0;
      send({ cmd: 'connack', sessionPresent: false, returnCode: code, reasonCode: code });
      if (code !== 0) client.socket.end();
    } else if (packet.cmd === 'subscribe') {
      client.topics.push(...packet.subscriptions.map(({ topic }) => topic));
      send({ cmd: 'suback', messageId: packet.messageId ?? 0, granted: packet.subscriptions.map(() => 0) });
    } else if (packet.cmd === 'pingreq') send({ cmd: 'pingresp' });
    else if (packet.cmd === 'disconnect') client.socket.end();
    else this.#foreign += 1;
  }
}

/** Whether a topic passes a filter with + and #. */
function fits(filter: string, topic: string): boolean {
  const wanted = filter.split('/');
  const levels = topic.split('/');
  const end = wanted.indexOf('#');
  if (end < 0 && wanted.length !== levels.length) return false;
  return (end < 0 ? wanted : wanted.slice(0, end)).every((level, at) => level === '+' || level === levels[at]);
}
