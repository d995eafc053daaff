import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { systemClock, type Clock } from '#agent/model/clock.ts';
import { nextLine } from './delivery.ts';
import type { MillFault, MillFaultKind } from './fault.ts';
import { stormField, type Storm } from './storm.ts';

export interface MillSimulatorOptions {
  /** 0: any free port. Absent: no TCP. */
  readonly port?: number;
  readonly host?: string;
  /** A serial port to talk on; absent: none. */
  readonly serialPath?: string;
  /** Time between two lines. Milliseconds, default 50 as the real mill's. */
  readonly everyMs?: number;
  readonly clock?: Clock;
}

const MARK = Buffer.from(`${SIMULATOR_VENDOR}\r\n`, 'latin1');

/**
 * A field mill that talks by itself, some twenty lines a second, over TCP (as behind a transparent serial server) and a
 * serial port. The sentence has no field for a vendor, so a line of its own before each tells that this is a simulator; a
 * reader of real mills passes over it.
 */
export class MillSimulator {
  readonly #options: MillSimulatorOptions;
  readonly #host: string;
  readonly #faults = new Map<MillFaultKind, MillFault>();
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #serial: SerialPort | undefined;
  #timer: NodeJS.Timeout | undefined;
  #port: number;
  /** The field now. */
  #weather: () => number = () => 0.12;
  #held = 0.12;
  #lines = 0;
  #received = 0;

  constructor(options: MillSimulatorOptions) {
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `${this.#host}:${this.#port}`;
  }

  /** Wire watch: bytes that somebody sent to the mill, which nobody should. */
  get bytesReceived(): number {
    return this.#received;
  }

  get faults(): readonly MillFault[] {
    return [...this.#faults.values()];
  }

  async start(): Promise<void> {
    if (this.#timer) return;
    if (this.#options.port !== undefined) await this.#listen();
    if (this.#options.serialPath !== undefined) await this.#openSerial(this.#options.serialPath);
    this.#timer = setInterval(() => this.#talk(), this.#options.everyMs ?? 50);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    const [server, serial] = [this.#server, this.#serial];
    this.#server = undefined;
    this.#serial = undefined;
    if (serial?.isOpen) await new Promise<void>((resolve) => serial.close(() => resolve()));
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
  }

  /** The field at the mill from now on, kV/m. */
  show(field: number): void {
    this.#weather = () => field;
  }

  /** A storm comes and goes, from now on; `pace` is seconds of the storm in one second. */
  storm(storm: Storm, pace = 1): void {
    const clock = this.#options.clock ?? systemClock;
    const begin = clock.monotonic();
    this.#weather = () => stormField(storm, ((clock.monotonic() - begin) / 1000) * pace);
  }

  async fault(fault: MillFault): Promise<void> {
    this.#faults.set(fault.kind, fault);
    if (fault.kind === 'gone') await this.stop();
  }

  /** Takes faults away: one kind, or all. The mill comes back on the same port. */
  async clear(kind?: MillFaultKind): Promise<void> {
    if (kind === undefined) this.#faults.clear();
    else this.#faults.delete(kind);
    if (!this.#faults.has('gone')) await this.start();
  }

  async #listen(): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    server.listen(this.#port, this.#host);
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
  }

  async #openSerial(path: string): Promise<void> {
    const serial = new SerialPort({ path, baudRate: 19_200, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      serial.open((error) => (error ? reject(error) : resolve()));
    });
    serial.on('data', (bytes: Buffer) => {
      this.#received += bytes.length;
    });
    // A pulled cable ends a test's port; 'close' follows.
    serial.on('error', () => undefined);
    this.#serial = serial;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('data', (bytes: Buffer) => {
      this.#received += bytes.length;
    });
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that resets its connection is its own affair; 'close' follows.
    socket.on('error', () => undefined);
  }

  #talk(): void {
    this.#lines += 1;
    const { bytes, said } = nextLine({ field: this.#weather(), held: this.#held }, this.faults, this.#lines);
    this.#held = said;
    if (bytes.length === 0) return;
    const line = Buffer.concat([MARK, bytes]);
    for (const socket of this.#sockets) if (socket.writable) socket.write(line);
    if (this.#serial?.isOpen) this.#serial.write(line);
  }
}
