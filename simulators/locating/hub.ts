import type { Crowd, CrowdStep } from './crowd.ts';
import type { LocatingFault, LocatingFaultKind } from './fault.ts';
import type { PersonTruth } from './walker.ts';

/** What a protocol adds to a hub: how it listens, and how it says a step of the crowd. */
export interface HubWire {
  readonly endpoint: string;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly reset: () => void;
  /** From now on these faults are active. */
  readonly obey: (faults: readonly LocatingFault[]) => void;
  readonly say: (step: CrowdStep) => void;
  /** Sends 20 MB to everybody. */
  readonly sayHuge: () => void;
}

/** A simulated locating hub of any protocol: people walk, the hub says so, faults come and go. */
export class LocatingHub {
  readonly crowd: Crowd;
  readonly #wire: HubWire;
  readonly #everyMs: number;
  readonly #faults = new Map<LocatingFaultKind, LocatingFault>();
  #timer: NodeJS.Timeout | undefined;

  /** `everyMs`: time between two reports of a tag that is awake. */
  constructor(crowd: Crowd, wire: HubWire, everyMs = 1000) {
    this.crowd = crowd;
    this.#wire = wire;
    this.#everyMs = everyMs;
  }

  /** `host:port`, fixed from the first start on. */
  get endpoint(): string {
    return this.#wire.endpoint;
  }

  get faults(): readonly LocatingFault[] {
    return [...this.#faults.values()];
  }

  /** Where everybody truly is. */
  truth(): readonly PersonTruth[] {
    return this.crowd.truth();
  }

  async start(): Promise<void> {
    if (this.#timer) return;
    await this.#wire.start();
    this.#timer = setInterval(() => this.#tick(), this.#everyMs);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#wire.stop();
  }

  async fault(fault: LocatingFault): Promise<void> {
    if (fault.kind === 'reset') return this.#wire.reset();
    if (fault.kind === 'huge') return this.#wire.sayHuge();
    this.#faults.set(fault.kind, fault);
    this.#wire.obey(this.faults);
    if (fault.kind === 'gone') await this.stop();
    if (fault.kind === 'refuse-login') this.#wire.reset();
  }

  /** Takes faults away: one kind, or all. The hub comes back on the same port. */
  async clear(kind?: LocatingFaultKind): Promise<void> {
    if (kind === undefined) this.#faults.clear();
    else this.#faults.delete(kind);
    this.#wire.obey(this.faults);
    if (!this.#faults.has('gone')) await this.start();
  }

  #tick(): void {
    const step = this.crowd.step(this.#everyMs, Date.now());
    const { faults } = this;
    const shift = faults.find((fault) => fault.kind === 'clock-step');
    const offset = shift?.kind === 'clock-step' ? shift.offsetMs : 0;
    if (faults.some(({ kind }) => kind === 'silent')) return;
    const reports = step.reports.map((report) => ({ ...report, time: report.time + offset }));
    this.#wire.say({ ...step, reports });
  }
}
