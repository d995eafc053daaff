import { sendInTurn } from '../device/send-in-turn.ts';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SerialPort } from 'serialport';
import { systemClock, type Clock } from '#agent/model/clock.ts';
import { answer, deliver, type Command } from './answer.ts';
import type { GaugeFault, GaugeFaultKind } from './fault.ts';
import { consoleTime } from './report.ts';
import { fillingStation, type Tank } from './tank.ts';

export interface GaugeSimulatorOptions {
  /** 0: any free port. Absent: no TCP. */
  readonly port?: number;
  readonly host?: string;
  /** A serial port to answer on; absent: none. */
  readonly serialPath?: string;
  readonly tanks?: readonly Tank[];
  /** Six digits without which nothing is answered; absent: no port security. */
  readonly securityCode?: string;
  readonly clock?: Clock;
}

/** Where bytes of a client come from and go to. */
interface Peer {
  readonly send: (bytes: Buffer) => void;
  rest: string;
}

const SOH = '\x01';
/** After SOH: perhaps the security code, a function code of four characters, a tank of two digits. */
const commandPattern = /^(\d{6})?([A-Za-z]\w{3})(\d\d)/;
const LONGEST_REST = 64;

/** The console of a filling station's tanks. Functions that set are refused, and counted. */
export class GaugeSimulator {
  readonly #options: GaugeSimulatorOptions;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #tanks: Map<number, Tank>;
  readonly #faults = new Map<string, GaugeFault>();
  readonly #sockets = new Set<Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #server: Server | undefined;
  #serial: SerialPort | undefined;
  #port: number;
  #queries = 0;
  #sets = 0;

  constructor(options: GaugeSimulatorOptions) {
    this.#options = options;
    this.#host = options.host ?? '127.0.0.1';
    this.#port = options.port ?? 0;
    this.#clock = options.clock ?? systemClock;
    this.#tanks = new Map((options.tanks ?? fillingStation).map((tank) => [tank.number, tank]));
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `${this.#host}:${this.#port}`;
  }

  /** Wire watch: how many commands, and how many of them wanted to set something. */
  get queriesSeen(): number {
    return this.#queries;
  }

  get setsSeen(): number {
    return this.#sets;
  }

  get faults(): readonly GaugeFault[] {
    return [...this.#faults.values()];
  }

  async start(): Promise<void> {
    if (this.#options.port !== undefined && !this.#server) await this.#listen();
    if (this.#options.serialPath !== undefined && !this.#serial) await this.#openSerial(this.#options.serialPath);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
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

  /** The tank from now on. */
  show(tank: Tank): void {
    this.#tanks.set(tank.number, tank);
  }

  async fault(fault: GaugeFault): Promise<void> {
    this.#faults.set(keyOf(fault), fault);
    if (fault.kind === 'gone') await this.stop();
  }

  /** Takes faults away: those of one kind, or all. The console comes back on the same port. */
  async clear(kind?: GaugeFaultKind): Promise<void> {
    for (const [key, fault] of this.#faults) if (kind === undefined || fault.kind === kind) this.#faults.delete(key);
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
    const serial = new SerialPort({ path, baudRate: 9600, autoOpen: false });
    await new Promise<void>((resolve, reject) => {
      serial.open((error) => (error ? reject(error) : resolve()));
    });
    const peer: Peer = { rest: '', send: (bytes) => serial.isOpen && void serial.write(bytes) };
    serial.on('data', (bytes: Buffer) => this.#hear(peer, bytes));
    // A pulled cable ends a test's port; 'close' follows.
    serial.on('error', () => undefined);
    this.#serial = serial;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const peer: Peer = { rest: '', send: (bytes) => socket.writable && void socket.write(bytes) };
    socket.on('data', (bytes: Buffer) => this.#hear(peer, bytes));
    socket.on('close', () => this.#sockets.delete(socket));
    // A client that resets its connection is its own affair; 'close' follows.
    socket.on('error', () => undefined);
  }

  #hear(peer: Peer, bytes: Buffer): void {
    const [, ...begun] = (peer.rest + bytes.toString('latin1')).split(SOH);
    peer.rest = '';
    for (const text of begun) {
      const [whole, securityCode, code = '', tank = ''] = commandPattern.exec(text) ?? [];
      peer.rest = whole === undefined ? (SOH + text).slice(0, LONGEST_REST) : '';
      if (whole !== undefined) this.#serve(peer, { code, tank }, securityCode);
    }
  }

  #serve(peer: Peer, command: Command, securityCode: string | undefined): void {
    this.#queries += 1;
    if (/^s/i.test(command.code)) this.#sets += 1;
    if (securityCode !== this.#options.securityCode) return;
    const tanks = [...this.#tanks.values()].sort((a, b) => a.number - b.number);
    const text = answer(command, tanks, this.faults, consoleTime(this.#clock.now()));
    sendInTurn(deliver(text, this.faults, this.#queries), peer.send, this.#timers);
  }
}

const keyOf = (fault: GaugeFault): string => ('tank' in fault ? `${fault.kind} ${fault.tank}` : fault.kind);
