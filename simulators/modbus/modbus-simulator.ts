import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { sendInTurn } from '../device/send-in-turn.ts';
import { answer, classify, exception, type Request } from './answer.ts';
import { deliver } from './delivery.ts';
import type { ModbusFault, ModbusFaultKind } from './fault.ts';
import { cutFrames, type Frame } from './mbap.ts';
import { ProcessImage, widthOf, type Reading } from './process-image.ts';
import { registerMap, type Place } from './register-map.ts';

export interface ModbusSimulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** Unit ids that answer; others get exception 0B. */
  readonly units?: readonly number[];
}

/** The tank-farm PLC over Modbus TCP. Read only: write requests are refused with exception 01, and counted. */
export class ModbusSimulator {
  readonly #host: string;
  readonly #units: ReadonlySet<number>;
  readonly #image = new ProcessImage();
  readonly #places = new Map(registerMap.map((place) => [place.point, place]));
  readonly #faults = new Map<string, ModbusFault>();
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #server: Server | undefined;
  #port: number;
  #requests = 0;
  #writes = 0;

  constructor(options: ModbusSimulatorOptions) {
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port;
    this.#units = new Set(options.units ?? [1, 255]);
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `${this.#host}:${this.#port}`;
  }

  /** Wire watch: how many requests, and how many of them wanted to write. */
  get requestsSeen(): number {
    return this.#requests;
  }

  get writesSeen(): number {
    return this.#writes;
  }

  get faults(): readonly ModbusFault[] {
    return [...this.#faults.values()];
  }

  async start(): Promise<void> {
    if (this.#server) return;
    // Half-open connections stay when the client closes its side, as those to a dead host do.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, this.#host);
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const socket of this.#sockets) socket.resetAndDestroy();
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  /** Puts a new reading of a point into its registers; points of other systems are none of this PLC's business. */
  show(point: string, reading: Reading): void {
    const place = this.#places.get(point);
    if (!place || this.#faults.has(`freeze ${point}`)) return;
    const bad = this.#faults.get(`bad-register ${point}`);
    if (bad?.kind === 'bad-register') this.#image.putWords(place, bad.words);
    else this.#image.put(place, reading);
  }

  async fault(fault: ModbusFault): Promise<void> {
    if ('point' in fault && fault.point !== undefined) {
      const place = this.#places.get(fault.point);
      if (!place) throw new Error(`fault ${fault.kind}: the PLC does not show ${fault.point}`);
      if (fault.kind === 'bad-register') this.#image.putWords(place, fault.words.slice(0, widthOf(place.encoding)));
    }
    this.#faults.set(keyOf(fault), fault);
    if (fault.kind === 'gone') await this.stop();
  }

  /** Takes faults away: those of one kind, or all. The PLC comes back on the same port. */
  async clear(kind?: ModbusFaultKind): Promise<void> {
    for (const [key, fault] of this.#faults) if (kind === undefined || fault.kind === kind) this.#faults.delete(key);
    if (!this.#server && (kind === undefined || kind === 'gone')) await this.start();
  }

  #accept(socket: Socket): void {
    if (this.#faults.has('one-connection') && this.#sockets.size > 0) {
      socket.resetAndDestroy();
      return;
    }
    this.#sockets.add(socket);
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (bytes: Buffer) => {
      const cut = cutFrames(Buffer.concat([received, bytes]));
      if (!cut) {
        socket.destroy();
        return;
      }
      received = cut.rest;
      for (const frame of cut.frames) this.#serve(socket, frame);
    });
    socket.on('end', () => {
      if (!this.#faults.has('half-open')) socket.end();
    });
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that resets its connection is its own affair; 'close' follows.
    socket.on('error', () => {});
  }

  #serve(socket: Socket, frame: Frame): void {
    this.#requests += 1;
    const request = classify(frame.pdu);
    if (request.kind === 'write') this.#writes += 1;
    const reply = { ...frame, pdu: this.#reply(frame, request) };
    const delivery = deliver(reply, this.faults, this.#requests);
    if (delivery === 'silence') return;
    if (delivery === 'reset') {
      socket.resetAndDestroy();
      return;
    }
    const send = (bytes: Buffer): void => void (socket.writable && socket.write(bytes));
    sendInTurn(delivery, send, this.#timers);
  }

  #reply({ pdu, unit }: Frame, request: Request): Buffer {
    if (!this.#units.has(unit)) return exception(pdu, 0x0b);
    for (const fault of this.#faults.values()) {
      if (fault.kind !== 'exception') continue;
      const place = fault.point === undefined ? undefined : this.#places.get(fault.point);
      if (!place || touches(request, place)) return exception(pdu, fault.code);
    }
    return answer(pdu, this.#image);
  }
}

const keyOf = (fault: ModbusFault): string =>
  'point' in fault && fault.point !== undefined ? `${fault.kind} ${fault.point}` : fault.kind;

const touches = (request: Request, place: Place): boolean =>
  request.kind === 'read' &&
  request.area === place.area &&
  request.first < place.register + widthOf(place.encoding) &&
  request.first + request.count > place.register;
