import type { StatusCode } from 'node-opcua';
import { seededNoise } from '../plant/seeded-noise.ts';
import type { Shown } from '../plant/running-plant.ts';
import { startBackend, type Backend } from './backend.ts';
import type { OpcuaFault, OpcuaFaultKind } from './fault.ts';
import { Front } from './front.ts';
import type { TagNodes } from './node-table.ts';

export interface OpcuaSimulatorOptions {
  /** 0: any free port. */
  readonly port: number;
  readonly host?: string;
  /** Further tags `LOAD-00001` …, each with a new value every second. */
  readonly loadPoints?: number;
}

/** The DCS over OPC UA: the plant's tags with the plant's sample times. Nothing in it can be written. */
export class OpcuaSimulator {
  readonly #host: string;
  readonly #front: Front;
  readonly #loadPoints: number;
  readonly #faults = new Map<string, OpcuaFault>();
  readonly #latest = new Map<string, { readonly shown: Shown; readonly time: number }>();
  #backend: Backend | undefined;
  /** The second that the load tags show. UTC. */
  #loadSecond = Number.NaN;
  /** Starts and stops of the server, one after another. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: OpcuaSimulatorOptions) {
    this.#host = options.host ?? '127.0.0.1';
    this.#front = new Front(this.#host, options.port);
    this.#loadPoints = options.loadPoints ?? 0;
  }

  /** `opc.tcp://host:port`, fixed from the first start on. */
  get endpoint(): string {
    return `opc.tcp://${this.#host}:${this.#front.port}`;
  }

  get faults(): readonly OpcuaFault[] {
    return [...this.#faults.values()];
  }

  start(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#front.reserve();
      await this.#replaceBackend();
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#front.close();
      await this.#stopBackend();
    });
  }

  /** New values of tags, true at `time` (UTC ms). Tags of other systems are ignored. */
  show(all: readonly Shown[], time: number): void {
    for (const shown of all) {
      if (this.#faults.has(`freeze ${shown.point}`)) continue;
      this.#latest.set(shown.point, { shown, time });
      this.#write(shown, time);
    }
    if (Math.floor(time / 1000) !== this.#loadSecond) this.#writeLoad(time);
  }

  async fault(fault: OpcuaFault): Promise<void> {
    this.#check(fault);
    this.#faults.set('point' in fault ? `${fault.kind} ${fault.point}` : fault.kind, fault);
    await this.#apply(fault.kind);
  }

  /** Takes faults away: those of one kind, or all. */
  async clear(kind?: OpcuaFaultKind): Promise<void> {
    const kinds = new Set<OpcuaFaultKind>();
    for (const [key, fault] of this.#faults) {
      if (kind !== undefined && fault.kind !== kind) continue;
      this.#faults.delete(key);
      kinds.add(fault.kind);
    }
    const needsRestart = ['gone', 'namespace-shift', 'limits'] as const;
    if (needsRestart.some((restarting) => kinds.has(restarting))) await this.#restart();
    this.#front.passage = this.#passage();
  }

  async #apply(kind: OpcuaFaultKind): Promise<void> {
    if (kind === 'gone') await this.stop();
    else if (kind === 'namespace-shift' || kind === 'limits') await this.#restart();
    else this.#front.passage = this.#passage();
  }

  #check(fault: OpcuaFault): void {
    if (!('point' in fault)) return;
    const { nodes, library } = this.#backend ?? {};
    if (nodes && !nodes.tags.has(fault.point))
      throw new Error(`fault ${fault.kind}: the DCS does not show ${fault.point}`);
    if (fault.kind === 'status' && library && !Object.hasOwn(library.StatusCodes, fault.status)) {
      throw new Error(`fault status: OPC UA has no status code ${fault.status}`);
    }
  }

  #passage() {
    const slow = this.#faults.get('slow');
    if (this.#faults.has('hang')) return { kind: 'hang' } as const;
    return slow?.kind === 'slow' ? ({ kind: 'slow', delayMs: slow.delayMs } as const) : ({ kind: 'open' } as const);
  }

  #restart(): Promise<void> {
    return this.#inTurn(() => this.#replaceBackend());
  }

  async #replaceBackend(): Promise<void> {
    await this.#stopBackend();
    if (this.#faults.has('gone')) return;
    const limits = this.#faults.get('limits');
    const backend = await startBackend({
      publicUrl: this.endpoint,
      isSwapped: this.#faults.has('namespace-shift'),
      loadPoints: this.#loadPoints,
      limits: limits?.kind === 'limits' ? limits : undefined,
    });
    this.#backend = backend;
    for (const { shown, time } of this.#latest.values()) this.#write(shown, time);
    await this.#front.open(backend.port);
  }

  async #stopBackend(): Promise<void> {
    const backend = this.#backend;
    this.#backend = undefined;
    if (!backend) return;
    // Clients see the connection cut, as by a server that dies, before the server says good-bye.
    await this.#front.close();
    await backend.stop();
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  #write(shown: Shown, time: number): void {
    const backend = this.#backend;
    const nodes = backend?.nodes.tags.get(shown.point);
    if (!backend || !nodes) return;
    const { StatusCodes, DataType } = backend.library;
    const fault = this.#faults.get(`status ${shown.point}`);
    const named = fault?.kind === 'status' ? fault.status : shown.isSensorGood ? 'Good' : 'BadSensorFailure';
    // The library types its table of codes as a class with one static member each.
    const status = (StatusCodes as unknown as Readonly<Record<string, StatusCode>>)[named] ?? StatusCodes.Bad;
    const at = new Date(this.#clock(time));
    const dataType = typeof shown.shown === 'boolean' ? DataType.Boolean : DataType.Double;
    nodes.plant.setValueFromSource({ dataType, value: shown.shown }, status, at);
    const percent = percentOf(nodes, shown.shown);
    if (percent !== undefined) nodes.percent?.setValueFromSource({ dataType, value: percent }, status, at);
  }

  #writeLoad(time: number): void {
    const second = Math.floor(time / 1000);
    this.#loadSecond = second;
    const backend = this.#backend;
    if (!backend) return;
    const at = new Date(this.#clock(time));
    const { Good } = backend.library.StatusCodes;
    const dataType = backend.library.DataType.Double;
    backend.nodes.load.forEach((node, index) =>
      node.setValueFromSource({ dataType, value: 50 + 10 * seededNoise(index, 0, second) }, Good, at),
    );
  }

  #clock(time: number): number {
    const step = this.#faults.get('clock-step');
    return step?.kind === 'clock-step' ? time + step.offsetMs : time;
  }
}

const percentOf = ({ tag }: TagNodes, value: number | boolean): number | undefined => {
  if (typeof value === 'boolean' || !tag.range) return undefined;
  const [low, high] = tag.range;
  return (100 * (value - low)) / (high - low);
};
