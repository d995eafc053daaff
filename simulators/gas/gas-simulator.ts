import { createReadStream, createWriteStream } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { answer, classify, exception } from '../modbus/answer.ts';
import { cutFrames, writeFrame } from '../modbus/mbap.ts';
import { ProcessImage } from '../modbus/process-image.ts';
import { withFault, type GasFault } from './fault.ts';
import { encoders, type Layout } from './layouts.ts';
import { latch, quiet, shownBy, type Detector, type Panel } from './panel.ts';
import { cutRtu, writeRtu } from './rtu-frame.ts';

export interface GasSimulatorOptions {
  /** How its map is laid out. */
  readonly layout: Layout;
  readonly channels?: number;
  /** Tags of the plant, the first on channel 1: what {@link GasSimulator.show} follows. */
  readonly points?: readonly string[];
  /** Modbus unit id; default 1. */
  readonly unit?: number;
  /** How it is reached; default Modbus TCP on any free port of loopback. `path` is a serial port. */
  readonly wire?: { readonly kind: 'tcp' | 'rtu-over-tcp' } | { readonly kind: 'rtu'; readonly path: string };
  /** How often its heartbeat counts. Milliseconds; absent: only when {@link GasSimulator.beat} is called. */
  readonly beatMs?: number;
  /** It says "Firewatch Simulator" when asked who it is; few real panels answer that. Default true. */
  readonly identifies?: boolean;
}

/** A gas panel or transmitter of one layout, with its fault menu. */
export class GasSimulator {
  readonly #options: GasSimulatorOptions;
  readonly #image = new ProcessImage();
  readonly #sockets = new Set<Socket>();
  #panel: Panel;
  #faults: readonly GasFault[] = [];
  #server: Server | undefined;
  #timer: NodeJS.Timeout | undefined;
  #serial: { readonly from: Readable; readonly to: Writable } | undefined;
  writesSeen = 0;

  constructor(options: GasSimulatorOptions) {
    this.#options = options;
    const detectors = Array.from({ length: options.channels ?? options.points?.length ?? 1 }, () => quiet);
    this.#panel = { detectors, heartbeat: 0, isBusDown: false, hasOtherScale: false };
    this.#write();
  }

  /** `127.0.0.1:port`. */
  get endpoint(): string {
    const { port } = (this.#server?.address() ?? { port: 0 }) as AddressInfo;
    return `127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    const { wire = { kind: 'tcp' }, beatMs } = this.#options;
    if (beatMs !== undefined) this.#timer = setInterval(() => this.beat(), beatMs);
    if (wire.kind === 'rtu') {
      const from = createReadStream(wire.path);
      const to = createWriteStream(wire.path);
      this.#serial = { from, to };
      this.#serve(from, to, 'rtu');
      return;
    }
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      this.#serve(socket, socket, wire.kind);
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#serial?.from.destroy();
    this.#serial?.to.destroy();
    for (const socket of this.#sockets) socket.destroy();
    const server = this.#server;
    this.#server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Changes a detector; channels count from 1. */
  set(channel: number, change: Partial<Detector>): void {
    this.#panel = {
      ...this.#panel,
      detectors: this.#panel.detectors.map((detector, index) =>
        index === channel - 1 ? changed(detector, change) : detector,
      ),
    };
    this.#write();
  }

  /** A new reading of a plant tag; undefined when its sensor is broken. Tags of other devices are none of its business. */
  show(point: string, reading: number | boolean | undefined): void {
    const channel = (this.#options.points ?? []).indexOf(point) + 1;
    if (channel === 0) return;
    this.set(channel, typeof reading === 'number' ? { gas: reading, fault: 0 } : { fault: 1 });
  }

  fault(fault: GasFault): void {
    this.#faults = [...this.#faults, fault];
    this.#write();
  }

  clearFaults(): void {
    this.#faults = [];
    this.#write();
  }

  /** One step of the device's own life. Call it as often as the device counts. */
  beat(): void {
    if (this.#faults.some(({ kind }) => kind === 'heartbeat-stop')) return;
    this.#panel = { ...this.#panel, heartbeat: (this.#panel.heartbeat + 1) & 0xffff };
    this.#write();
  }

  #write(): void {
    const shown = this.#faults.reduce(withFault, this.#panel);
    for (const { area, register, words } of encoders[this.#options.layout](shown))
      this.#image.putWords({ point: '', area, register, encoding: { type: 'uint16', step: 1 } }, words);
  }

  #serve(from: Readable, to: Writable, kind: 'tcp' | 'rtu-over-tcp' | 'rtu'): void {
    let received = Buffer.alloc(0);
    from.on('data', (bytes: Buffer) => {
      received = Buffer.concat([received, bytes]);
      if (kind === 'tcp') {
        const cut = cutFrames(received);
        if (!cut) {
          from.destroy();
          return;
        }
        received = Buffer.from(cut.rest);
        for (const frame of cut.frames) to.write(writeFrame({ ...frame, pdu: this.#reply(frame.unit, frame.pdu) }));
        return;
      }
      const cut = cutRtu(received);
      received = Buffer.from(cut.rest);
      // On a serial line other units are none of its business.
      for (const { unit, pdu } of cut.frames)
        if (unit === (this.#options.unit ?? 1)) to.write(writeRtu({ unit, pdu: this.#reply(unit, pdu) }));
    });
    // A client that resets its connection, or a line that is pulled, is no fault of the simulator.
    from.on('error', () => {});
    to.on('error', () => {});
  }

  #reply(unit: number, pdu: Buffer): Buffer {
    if (unit !== (this.#options.unit ?? 1)) return exception(pdu, 0x0b);
    const { kind } = classify(pdu);
    if (kind === 'write') this.writesSeen += 1;
    if (kind === 'identify' && this.#options.identifies === false) return exception(pdu, 1);
    return answer(pdu, this.#image);
  }
}

function changed(detector: Detector, change: Partial<Detector>): Detector {
  const next = { ...detector, ...change };
  const isNewlyInhibited = next.mode === 'inhibit' && detector.mode !== 'inhibit';
  const frozen = isNewlyInhibited ? shownBy(detector) : next.mode === 'inhibit' ? next.frozen : undefined;
  return latch({ ...next, frozen });
}
