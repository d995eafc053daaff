import { RegisterServer, type Wire } from '../device/register-server.ts';
import { withFault, type GasFault } from './fault.ts';
import { encoders, type Layout } from './layouts.ts';
import { latch, quiet, shownBy, type Detector, type Panel } from './panel.ts';

export interface GasSimulatorOptions {
  /** How its map is laid out. */
  readonly layout: Layout;
  readonly channels?: number;
  /** Tags of the plant, the first on channel 1: what {@link GasSimulator.show} follows. */
  readonly points?: readonly string[];
  /** Modbus unit id; default 1. */
  readonly unit?: number;
  /** How it is reached; default Modbus TCP on any free port of loopback. `path` is a serial port. */
  readonly wire?: Wire;
  /** On loopback; 0 or absent: any free one. */
  readonly port?: number;
  /** How often its heartbeat counts. Milliseconds; absent: only when {@link GasSimulator.beat} is called. */
  readonly beatMs?: number;
  /** It says "Firewatch Simulator" when asked who it is; few real panels answer that. Default true. */
  readonly identifies?: boolean;
}

/** A gas panel or transmitter of one layout, with its fault menu. */
export class GasSimulator {
  readonly #options: GasSimulatorOptions;
  readonly #server: RegisterServer;
  #panel: Panel;
  #faults: readonly GasFault[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GasSimulatorOptions) {
    this.#options = options;
    this.#server = new RegisterServer(options);
    const detectors = Array.from({ length: options.channels ?? options.points?.length ?? 1 }, () => quiet);
    this.#panel = { detectors, heartbeat: 0, isBusDown: false, hasOtherScale: false };
    this.#write();
  }

  /** `127.0.0.1:port`, fixed from the first start on. */
  get endpoint(): string {
    return this.#server.endpoint;
  }

  get writesSeen(): number {
    return this.#server.writesSeen;
  }

  get faults(): readonly GasFault[] {
    return this.#faults;
  }

  async start(): Promise<void> {
    const { beatMs } = this.#options;
    if (beatMs !== undefined) this.#timer ??= setInterval(() => this.beat(), beatMs);
    await this.#server.start();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#server.stop();
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

  /** Takes the faults of one kind away. */
  clearKind(kind: string): void {
    this.#faults = this.#faults.filter((fault) => fault.kind !== kind);
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
    this.#server.put(encoders[this.#options.layout](shown));
  }
}

function changed(detector: Detector, change: Partial<Detector>): Detector {
  const next = { ...detector, ...change };
  const isNewlyInhibited = next.mode === 'inhibit' && detector.mode !== 'inhibit';
  const frozen = isNewlyInhibited ? shownBy(detector) : next.mode === 'inhibit' ? next.frozen : undefined;
  return latch({ ...next, frozen });
}
