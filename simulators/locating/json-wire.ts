import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { CrowdStep } from './crowd.ts';
import { damaged, type LocatingFault } from './fault.ts';
import type { HubWire } from './hub.ts';
import { SimulatedBroker } from './mqtt-broker.ts';
import { SimulatedWebSocketServer } from './web-socket-server.ts';

/** Something that carries texts to whoever listens. */
interface Carrier {
  readonly endpoint: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly reset: () => void;
  readonly send: (message: Buffer) => void;
}

export type JsonCarrier = 'mqtt' | 'web-socket' | 'tcp';

const HUGE_BYTES = 20_000_000;
const TOPIC = 'plant/tags';

/** A system that nobody has heard of: one JSON object a step, ids as bare numbers of 64 bits, millimetres. */
export class JsonWire implements HubWire {
  readonly #carrier: Carrier;
  #faults: readonly LocatingFault[] = [];
  #sent = 0;

  constructor(kind: JsonCarrier, port = 0) {
    this.#carrier = kind === 'mqtt' ? broker(port) : kind === 'tcp' ? new Lines(port) : socket(port);
  }

  get endpoint(): string {
    return this.#carrier.endpoint;
  }

  start(): Promise<void> {
    return this.#carrier.start();
  }

  stop(): Promise<void> {
    return this.#carrier.stop();
  }

  reset(): void {
    this.#carrier.reset();
  }

  obey(faults: readonly LocatingFault[]): void {
    this.#faults = faults;
  }

  say(step: CrowdStep): void {
    this.#sent += 1;
    this.#carrier.send(damaged(Buffer.from(jsonMessage(step, this.#sent)), this.#faults, this.#sent));
  }

  sayHuge(): void {
    this.#carrier.send(Buffer.alloc(HUGE_BYTES, ' '));
  }
}

/** Written by hand, because a number of JavaScript would round the ids. */
export function jsonMessage({ reports, happenings }: CrowdStep, nth: number): string {
  const tags = reports.map((report) => {
    const place = `"pos":{"x":${Math.round(report.x * 1000)},"y":${Math.round(report.y * 1000)},"z":1200}`;
    const state = `"level":${report.floor},"bat":${report.batteryPercent},"rest":${report.isAsleep ? 1 : 0}`;
    return `{"id":${report.tag},${place},${state},"ts":${report.time}}`;
  });
  const alarms = happenings.map(({ kind, tag }) => `{"id":${tag},"alarm":"${kind}"}`);
  const weather = '"weather":{"temperature":21.5,"wind":"NE","raining":false}';
  return `{"message_id":"m-${nth}","vendor":"${SIMULATOR_VENDOR}","tags":[${tags.join()}],"alarms":[${alarms.join()}],${weather}}`;
}

function broker(port: number): Carrier {
  const inner = new SimulatedBroker(port);
  return {
    get endpoint() {
      return inner.endpoint;
    },
    start: () => inner.start(),
    stop: () => inner.stop(),
    reset: () => inner.reset(),
    send: (message) => inner.publish(TOPIC, message),
  };
}

function socket(port: number): Carrier {
  const inner = new SimulatedWebSocketServer(port, { message: () => undefined });
  return {
    get endpoint() {
      return inner.endpoint;
    },
    start: () => inner.start(),
    stop: () => inner.stop(),
    reset: () => inner.reset(),
    send: (message) => {
      for (const client of inner.clients) client.send(message, { binary: false });
    },
  };
}

/** One JSON text a line to whoever connects. */
class Lines implements Carrier {
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  get endpoint(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    if (this.#server) return;
    this.#server = createServer({ noDelay: true }, (accepted) => {
      this.#sockets.add(accepted);
      accepted.on('close', () => this.#sockets.delete(accepted));
      // A client that resets its connection is its own affair; 'close' follows.
      accepted.on('error', () => undefined);
      accepted.resume();
    });
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
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
    for (const one of this.#sockets) one.resetAndDestroy();
  }

  send(message: Buffer): void {
    for (const one of this.#sockets) if (one.writable) one.write(Buffer.concat([message, Buffer.from('\n')]));
  }
}
