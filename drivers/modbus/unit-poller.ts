import { Flag } from '#agent/model/flags.ts';
import { bad, type Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import { AreaReader, type Progress, type Silence } from './area-reader.ts';
import type { Atom } from './atoms.ts';
import { UnitAsker, type Answer, type AskerOptions } from './unit-asker.ts';
import { afterSilence, ANSWERING, type UnitState } from './unit-state.ts';
import type { ReadPoint, Reading } from './read-point.ts';
import { describe, exceptionName, type ReadRequest } from './request.ts';
import { areas, isBitArea } from './value-type.ts';
import type { WireCost } from './wire-cost.ts';

/** What a unit's poller tells its source. */
export interface UnitReports {
  readonly samples: (samples: readonly Sample[]) => void;
  /** What is wrong with the unit; empty when it answers. Told when it changes. */
  readonly trouble: (unit: number, words: string) => void;
  /** That the unit takes longer than its interval; empty when it does not. Told when it changes. */
  readonly pace: (unit: number, words: string) => void;
  readonly event: (kind: string, text: string, point?: ReadPoint) => void;
  /** What the unit says of itself. */
  readonly vendor: (unit: number, name: string) => void;
}

export interface UnitPollerOptions extends AskerOptions {
  readonly unit: number;
  readonly atoms: readonly Atom[];
  readonly points: readonly ReadPoint[];
  readonly cost: WireCost;
  readonly longestSilenceMs: number;
  readonly reports: UnitReports;
}

/** A lost answer to this question would let a simulator pass for real, so that it is asked twice. */
const IDENTIFY_TRIES = 2;
const VENDOR_NAME = 0;
/** So many late cycles in a row are no hiccup: the line or the device cannot keep the interval. */
const LATE_CYCLES = 3;

/** Reads one unit, cycle after cycle. Whatever happens, each of its points gets a sample in each cycle. */
export class UnitPoller {
  readonly #options: UnitPollerOptions;
  readonly #asker: UnitAsker;
  #readers: readonly AreaReader[];
  #state: UnitState = ANSWERING;
  #silence: Quality = bad('comm-lost');
  #trouble: string | undefined;
  #hasAnswered = false;
  /** It has answered in this cycle. */
  #isAlive = false;
  #isIdentified: boolean;
  #flags = 0;
  #due = 0;
  #lateCycles = 0;
  #isSlow = false;

  readonly unit: number;
  readonly intervalMs: number;

  constructor(options: UnitPollerOptions) {
    this.#options = options;
    this.unit = options.unit;
    this.intervalMs = options.settings.interval;
    this.#asker = new UnitAsker(options);
    this.#isIdentified = !options.settings.identify;
    this.#readers = areas.flatMap((area) => {
      const atoms = options.atoms.filter((atom) => atom.area === area);
      return atoms.length > 0 ? [this.#readerOf(area, atoms)] : [];
    });
  }

  /** Polls until stopped. The second cycle comes after `phaseMs`, so that the units of a large site do not ask in step. */
  async run(phaseMs: number): Promise<void> {
    const { clock, settings } = this.#options;
    this.#due = clock.monotonic();
    let step = phaseMs;
    while (!this.#asker.isStopped) {
      await this.#cycle();
      const late = clock.monotonic() - (this.#due + step);
      this.#keepPace(late > 0);
      // A cycle that took too long is not made up for: the next one comes at the next whole interval.
      this.#due += step + (late > 0 ? Math.ceil(late / settings.interval) * settings.interval : 0);
      step = settings.interval;
      await this.#asker.sleep(this.#due - clock.monotonic());
    }
  }

  stop(): void {
    this.#asker.stop();
  }

  #keepPace(isLate: boolean): void {
    const { reports, settings } = this.#options;
    this.#lateCycles = isLate ? this.#lateCycles + 1 : 0;
    const isSlow = this.#state === ANSWERING && this.#lateCycles >= LATE_CYCLES;
    if (isSlow === this.#isSlow || (this.#lateCycles > 0 && !isSlow)) return;
    this.#isSlow = isSlow;
    reports.pace(this.unit, isSlow ? `cannot be read every ${settings.interval} ms` : '');
  }

  async #cycle(): Promise<void> {
    const progress = await this.#readAll();
    if (this.#asker.isStopped || progress.kind === 'closed') return;
    if (progress.kind === 'silent') return this.#fallSilent(progress);
    this.#tell('');
  }

  async #readAll(): Promise<Progress> {
    const { bus, clock, settings } = this.#options;
    const isSilent = this.#state.silences > 0;
    const probeMs = settings.timeout * (this.#isIdentified ? 1 : 2);
    const mayAsk = !isSilent || (clock.monotonic() >= this.#state.askAgainAt && bus.mayProbe(this.unit, probeMs));
    if (!mayAsk) {
      for (const reader of this.#readers) reader.giveUp(this.#silence);
      return { kind: 'closed' };
    }
    this.#isAlive = false;
    await this.#identify();
    const readers = this.#readers;
    const mustKnock = isSilent || readers.some(({ hasMuteBlocks }) => hasMuteBlocks);
    const knocked = mustKnock ? await readers[0]?.knock() : undefined;
    if (knocked?.kind === 'closed') return knocked;
    if (knocked?.kind === 'silent') return this.#giveUp(0, knocked);
    for (const [at, reader] of readers.entries()) {
      const progress = await reader.read();
      if (progress.kind === 'silent') return this.#giveUp(at, progress);
      if (progress.kind === 'closed') return progress;
    }
    return { kind: 'read' };
  }

  /** Ends the cycle of this reader and those after it. The next cycle begins with another area, in case only this is mute. */
  #giveUp(at: number, silence: Silence): Silence {
    const readers = this.#readers;
    this.#silence = bad('comm-lost', silence.code);
    for (const reader of readers.slice(at)) reader.giveUp(this.#silence);
    this.#readers = [...readers.slice(at + 1), ...readers.slice(0, at + 1)];
    return silence;
  }

  #fallSilent({ code, found }: Silence): void {
    const { clock, settings, longestSilenceMs } = this.#options;
    this.#state = afterSilence(this.#state, clock.monotonic(), {
      firstMs: settings.interval,
      longestMs: longestSilenceMs,
    });
    if (code !== undefined) this.#tell(`the gateway says: ${exceptionName(code)}`);
    else this.#tell(`no reply within ${settings.timeout} ms`, found === '' ? '' : `, but ${found}`);
  }

  /** `detail` is told with the trouble and makes no new one: stray bytes differ each time. */
  #tell(trouble: string, detail = ''): void {
    const { unit, reports } = this.#options;
    if (trouble === this.#trouble) return;
    if (trouble !== '') reports.event('modbus.unit-silent', `unit ${unit} is silent: ${trouble}${detail}`);
    else if (this.#trouble) reports.event('modbus.unit-answers', `unit ${unit} answers again`);
    this.#trouble = trouble;
    reports.trouble(unit, `${trouble}${detail}`);
  }

  async #ask(request: ReadRequest, maxCount: number): Promise<Answer> {
    const mayRepeat = this.#hasAnswered && this.#state === ANSWERING;
    const answer = await this.#asker.ask(request, { due: this.#due, maxCount, mayRepeat });
    if (answer.kind === 'data' || answer.kind === 'refused') {
      this.#state = ANSWERING;
      this.#hasAnswered = true;
      this.#isAlive = true;
      // Who answers reads and kept silent when asked who it is does not know that question.
      this.#isIdentified = true;
    }
    return answer;
  }

  /** Only once for each connection: units that do not know the function say so or keep silent, and that is remembered. */
  async #identify(): Promise<void> {
    const { unit, reports } = this.#options;
    const tries = this.#state === ANSWERING ? IDENTIFY_TRIES : 1;
    for (let left = tries; !this.#isIdentified && left > 0; left -= 1) {
      const request = { kind: 'identify', unit, object: VENDOR_NAME } as const;
      const answer = await this.#asker.ask(request, { due: this.#due, maxCount: 1, mayRepeat: false });
      if (answer.kind === 'closed') return;
      if (answer.kind === 'silent') continue;
      this.#isIdentified = true;
      if (answer.kind !== 'data') return;
      const vendor = Buffer.from(answer.data).toString('latin1');
      if (vendor.startsWith(SIMULATOR_VENDOR)) this.#flags = Flag.sim;
      reports.vendor(unit, vendor);
    }
  }

  #readerOf(area: (typeof areas)[number], atoms: readonly Atom[]): AreaReader {
    const { unit, settings, points, cost, clock, bus, reports } = this.#options;
    const nameOf = (atom: Atom): string => atom.points.map((index) => points[index]?.id).join(', ');
    const reading = (): Reading => ({ time: clock.now(), flags: this.#flags });
    return new AreaReader({
      unit,
      area,
      atoms,
      points,
      cost,
      reading,
      maxCount: isBitArea(area) ? settings.maxBits : settings.maxRegisters,
      maxGap: settings.gapTolerance,
      now: () => clock.monotonic(),
      isAlive: () => this.#isAlive,
      mayTry: () => bus.mayProbe(unit, settings.timeout),
      samples: reports.samples,
      ask: (request, maxCount) => this.#ask(request, maxCount),
      quarantined: (request, atom, code) =>
        reports.event(
          'modbus.refused',
          `${nameOf(atom)}: the device refuses ${describe(request)} (${exceptionName(code)}); tried again from time to time`,
          points[atom.id],
        ),
      readable: (atom) => reports.event('modbus.readable', `${nameOf(atom)}: can be read again`, points[atom.id]),
    });
  }
}
