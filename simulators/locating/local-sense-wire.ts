import type { WebSocket } from 'ws';
import type { CrowdStep, Report } from './crowd.ts';
import { damaged, type LocatingFault } from './fault.ts';
import type { FloorPlan } from './floor-plan.ts';
import type { HubWire } from './hub.ts';
import {
  alarmFrame,
  batteryFrame,
  errorFrame,
  offlineFrame,
  positionFrame,
  type FrameStyle,
} from './local-sense-frame.ts';
import { SimulatedWebSocketServer } from './web-socket-server.ts';

export interface LocalSenseWireOptions {
  readonly port: number;
  readonly plan: FloorPlan;
  readonly style?: FrameStyle;
}

const LOGIN = 0x27;
/** Records in a frame, whose count is one byte. */
const MOST_RECORDS = 100;
const HUGE_BYTES = 20_000_000;
const BATTERY_EVERY = 20;

/** A hub that pushes binary frames to whoever has logged in. */
export class LocalSenseWire implements HubWire {
  readonly #options: Required<LocalSenseWireOptions>;
  readonly #server: SimulatedWebSocketServer;
  readonly #loggedIn = new WeakSet<WebSocket>();
  readonly #gone = new Set<bigint>();
  #faults: readonly LocatingFault[] = [];
  #steps = 0;
  #sent = 0;
  #foreign = 0;

  constructor(options: LocalSenseWireOptions) {
    this.#options = { style: { width: 8, isLong: true }, ...options };
    this.#server = new SimulatedWebSocketServer(
      options.port,
      { message: (socket, message) => this.#hear(socket, message) },
      'localSensePush-protocol',
    );
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** Wire watch: messages that were no login, which nobody should send. */
  get foreignMessages(): number {
    return this.#foreign;
  }

  start(): Promise<void> {
    return this.#server.start();
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  reset(): void {
    this.#server.reset();
  }

  obey(faults: readonly LocatingFault[]): void {
    this.#faults = faults;
  }

  say({ reports, happenings }: CrowdStep): void {
    this.#steps += 1;
    const { plan, style } = this.#options;
    for (let at = 0; at < reports.length; at += MOST_RECORDS)
      this.#push(positionFrame(reports.slice(at, at + MOST_RECORDS), plan, style));
    for (const happening of happenings) {
      if (happening.kind === 'sos-ended') continue;
      if (happening.kind === 'disappeared') this.#gone.add(happening.tag);
      this.#push(alarmFrame({ ...happening, kind: happening.kind }, style.width));
    }
    this.#tellLists(reports);
  }

  sayHuge(): void {
    for (const client of this.#server.clients) client.send(Buffer.alloc(HUGE_BYTES));
  }

  #tellLists(reports: readonly Report[]): void {
    const { width } = this.#options.style;
    const before = this.#gone.size;
    for (const { tag } of reports) this.#gone.delete(tag);
    if (before > 0) this.#push(offlineFrame([...this.#gone], width));
    if (this.#steps % BATTERY_EVERY !== 0) return;
    const told = reports.slice(0, MOST_RECORDS).map(({ tag, batteryPercent }) => ({ tag, percent: batteryPercent }));
    this.#push(batteryFrame(told, width));
  }

  #push(frame: Buffer): void {
    this.#sent += 1;
    const message = damaged(frame, this.#faults, this.#sent);
    for (const client of this.#server.clients) if (this.#loggedIn.has(client)) client.send(message);
  }

  #hear(socket: WebSocket, message: Buffer): void {
    if (message[0] !== 0xcc || message[1] !== 0x5f || message[2] !== LOGIN) {
      this.#foreign += 1;
      return;
    }
    if (this.#faults.some(({ kind }) => kind === 'refuse-login')) {
      socket.send(errorFrame(1, 'wrong user or password'));
      return socket.close();
    }
    this.#loggedIn.add(socket);
  }
}
