import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Atom } from './atoms.ts';
import { meaningOf, MUTE, qualityOf } from './exception-meaning.ts';
import { Quarantine } from './quarantine.ts';
import { halve, planReads, type Block } from './read-planner.ts';
import { badSample, sampleOf, type Reading, type ReadPoint } from './read-point.ts';
import type { ReadRequest } from './request.ts';
import type { Answer } from './unit-asker.ts';
import { isBitArea, type Area } from './value-type.ts';
import type { WireCost } from './wire-cost.ts';

export interface AreaReaderOptions {
  readonly unit: number;
  readonly area: Area;
  readonly atoms: readonly Atom[];
  readonly points: readonly ReadPoint[];
  readonly maxCount: number;
  readonly maxGap: number;
  readonly cost: WireCost;
  readonly now: () => number;
  readonly ask: (request: ReadRequest, maxCount: number) => Promise<Answer>;
  readonly reading: () => Reading;
  /** The unit has answered something in this cycle. */
  readonly isAlive: () => boolean;
  /** Leave for a request that will probably stay without reply. */
  readonly mayTry: () => boolean;
  readonly samples: (samples: readonly Sample[]) => void;
  /** The device refused an atom for good; it is tried again from time to time. */
  readonly quarantined: (request: ReadRequest, atom: Atom, code: number) => void;
  /** An atom from quarantine could be read. */
  readonly readable: (atom: Atom) => void;
}

/** How reading went. `refused` is an answer too; after `silent` and `closed` nothing more can be had in this cycle. */
export type Progress = { readonly kind: 'read' | 'refused' | 'closed' } | Silence;
export type Silence = Answer & { readonly kind: 'silent' };
type Refusal = Answer & { readonly kind: 'refused' };

const READ: Progress = { kind: 'read' };
const REFUSED: Progress = { kind: 'refused' };

/** Requests that one cycle may spend on finding what the device refuses; the rest waits for the next cycle. */
const SEARCH_REQUESTS = 32;
const MUTE_STRIKES = 2;
/** A device that refuses everything is asked for one value so often whether it is itself again. */
const REFUSED_KNOCK_MS = 4000;

/** Reads one area of one unit with as few requests as the device allows, and learns what it allows. */
export class AreaReader {
  readonly #options: AreaReaderOptions;
  readonly #quarantine = new Quarantine();
  /** Atoms that have had their sample in this cycle. */
  readonly #told = new Set<number>();
  #maxCount: number;
  #plan: readonly Block[] = [];
  #plannedVersion = -1;
  #planUntil = -Infinity;
  #searchesLeft = 0;
  #silentKnocks = 0;
  /** Since when no cycle has read anything although the unit answered; undefined while something is read. Monotonic ms. */
  #refusesAllSince: number | undefined;
  #hasRead = false;
  #refusedKnocks = 0;
  #nextRefusedKnock = -Infinity;
  /** How often the block that starts there stayed without reply while the unit answered others. */
  readonly #muteStrikes = new Map<number, number>();

  constructor(options: AreaReaderOptions) {
    this.#options = options;
    this.#maxCount = options.maxCount;
  }

  /** One cycle. After `silent` or `closed` the caller ends it with {@link giveUp}. */
  async read(): Promise<Progress> {
    const began = this.#options.now();
    this.#searchesLeft = SEARCH_REQUESTS;
    this.#hasRead = false;
    const knocked = await this.#knockRefused(began);
    if (isOver(knocked)) return knocked;
    for (const block of this.#currentPlan()) {
      const progress = await this.#readOrSkip(block);
      if (isOver(progress)) return progress;
    }
    this.#tellQuarantined();
    this.#told.clear();
    if (!this.#hasRead) this.#refusesAllSince ??= began;
    return READ;
  }

  /** Asks for one value, another after each silence, to learn whether the unit is there at all. Tells no samples. */
  async knock(): Promise<Progress> {
    const { atoms, ask } = this.#options;
    const atom = atoms[this.#silentKnocks % atoms.length];
    if (!atom) return READ;
    const answer = await ask(this.#requestFor({ start: atom.first, count: atom.end - atom.first }), this.#maxCount);
    if (answer.kind === 'silent') this.#silentKnocks += 1;
    return answer.kind === 'data' || answer.kind === 'refused' ? READ : answer;
  }

  /**
   * Where all is in quarantine, nothing would be read until its time is over, however soon the device recovers: a PLC that
   * was stopped refuses everything for some seconds. One value in turn is asked for; an answer frees them all.
   */
  async #knockRefused(now: number): Promise<Progress> {
    const { atoms, ask, isAlive } = this.#options;
    const atom = atoms[this.#refusedKnocks % atoms.length];
    if (!atom || this.#currentPlan().length > 0 || now < this.#nextRefusedKnock) return READ;
    this.#refusedKnocks += 1;
    this.#nextRefusedKnock = now + REFUSED_KNOCK_MS;
    const answer = await ask(this.#requestFor({ start: atom.first, count: atom.end - atom.first }), this.#maxCount);
    if (answer.kind === 'data') this.#noteRead();
    return answer.kind === 'closed' || (answer.kind === 'silent' && !isAlive()) ? answer : READ;
  }

  /** It reads again: what it refused since nothing could be read, it did not refuse for a register's sake. */
  #noteRead(): void {
    this.#hasRead = true;
    if (this.#refusesAllSince === undefined) return;
    this.#quarantine.pardon(this.#refusesAllSince);
    this.#refusesAllSince = undefined;
  }

  /** A block stayed without reply lately, although the unit answered others. */
  get hasMuteBlocks(): boolean {
    return this.#muteStrikes.size > 0;
  }

  /** Ends the cycle: every point that has no sample yet gets a bad one. */
  giveUp(quality: Quality): void {
    this.#tellQuarantined();
    this.#tell(this.#options.atoms, quality);
    this.#told.clear();
  }

  #currentPlan(): readonly Block[] {
    const { atoms, area, cost, maxGap, now } = this.#options;
    const time = now();
    if (this.#plannedVersion === this.#quarantine.version && time < this.#planUntil) return this.#plan;
    const isBits = isBitArea(area);
    this.#plan = planReads(
      atoms.filter((atom) => this.#quarantine.blocked(atom, time) === undefined),
      {
        maxCount: this.#maxCount - Math.min(cost.spareRegisters * (isBits ? 8 : 1), this.#maxCount >> 3),
        maxGap: isBits ? maxGap * 16 : maxGap,
        requestMs: cost.requestMs,
        elementMs: isBits ? cost.registerMs / 16 : cost.registerMs,
        barriers: this.#quarantine.barriers(time),
        alone: this.#quarantine.suspects,
        refused: this.#quarantine.refused,
      },
    );
    this.#plannedVersion = this.#quarantine.version;
    this.#planUntil = this.#quarantine.nextRetry(time);
    return this.#plan;
  }

  /** A block may stay without reply although the unit answers others: some devices keep silent where they should refuse. */
  async #readOrSkip(block: Block): Promise<Progress> {
    const { isAlive, mayTry } = this.#options;
    const isSuspect = this.#muteStrikes.has(block.start);
    if (isSuspect && !mayTry()) return this.#tellRefused(block, MUTE);
    const progress = await this.#readBlock(block);
    if (progress.kind === 'silent' && progress.code === undefined && isAlive()) return this.#strikeMute(block);
    if (progress.kind !== 'silent') this.#muteStrikes.delete(block.start);
    return progress;
  }

  /** Every second silence halves the block, in the plans to come, until the mute value stands alone. */
  #strikeMute(block: Block): Progress {
    const strikes = (this.#muteStrikes.get(block.start) ?? 0) + 1;
    this.#muteStrikes.set(block.start, strikes);
    const halves = halve(block);
    if (!halves) {
      this.#muteStrikes.delete(block.start);
      return this.#strike(block, MUTE);
    }
    if (strikes < MUTE_STRIKES) return this.#tellRefused(block, MUTE);
    for (const { start } of halves) this.#muteStrikes.set(start, 1);
    this.#quarantine.separate(halves[1].start, this.#options.now());
    return this.#tellRefused(block, MUTE);
  }

  async #readBlock(block: Block): Promise<Progress> {
    const answer = await this.#options.ask(this.#requestFor(block), this.#maxCount);
    if (answer.kind === 'data') return this.#accept(block, answer.data);
    return answer.kind === 'refused' ? this.#search(block, answer) : answer;
  }

  #accept({ atoms, start }: Block, data: Uint8Array): Progress {
    const { area, points, samples, reading, readable } = this.#options;
    this.#noteRead();
    const now = reading();
    const width = isBitArea(area) ? 1 : 2;
    const batch: Sample[] = [];
    for (const atom of atoms) {
      if (this.#quarantine.accept(atom)) readable(atom);
      this.#told.add(atom.id);
      for (const index of atom.points) {
        const point = points[index];
        if (point) batch.push(sampleOf(point, data, (point.register - start) * width, now));
      }
    }
    samples(batch);
    return READ;
  }

  /** The device refused a block: halves it until the culprit stands alone. Its neighbours are read on the way. */
  async #search(block: Block, { code }: Refusal): Promise<Progress> {
    const meaning = meaningOf(code);
    if (meaning === 'wait') return this.#tellRefused(block, code);
    const halves = meaning === 'never' ? undefined : halve(block);
    if (!halves) return this.#strike(block, code);
    if (this.#searchesLeft < halves.length) return this.#tellRefused(block, code);
    this.#searchesLeft -= halves.length;
    const [left, right] = halves;
    const first = await this.#readBlock(left);
    if (isOver(first)) return first;
    const second = await this.#readBlock(right);
    if (isOver(second)) return second;
    if (first.kind !== 'read' || second.kind !== 'read') return REFUSED;
    if (meaning === 'smaller') this.#lowerLimit(Math.max(left.count, right.count));
    else this.#quarantine.separate(right.start, this.#options.now());
    return READ;
  }

  #strike(block: Block, code: number): Progress {
    for (const atom of block.atoms) {
      const isQuarantined = this.#quarantine.refuse(atom, code, this.#options.now());
      if (isQuarantined) this.#options.quarantined(this.#requestFor(block), atom, code);
    }
    return this.#tellRefused(block, code);
  }

  #lowerLimit(count: number): void {
    this.#maxCount = Math.min(this.#maxCount, count);
    this.#plannedVersion = -1;
  }

  #tellRefused({ atoms }: Block, code: number): Progress {
    this.#tell(atoms, qualityOf(code));
    return REFUSED;
  }

  #tellQuarantined(): void {
    if (this.#quarantine.isEmpty) return;
    const now = this.#options.now();
    for (const atom of this.#options.atoms) {
      const code = this.#quarantine.blocked(atom, now);
      if (code !== undefined) this.#tell([atom], qualityOf(code));
    }
  }

  #tell(atoms: readonly Atom[], quality: Quality): void {
    const { points, reading, samples } = this.#options;
    const now = reading();
    const batch: Sample[] = [];
    for (const atom of atoms) {
      if (this.#told.has(atom.id)) continue;
      this.#told.add(atom.id);
      for (const index of atom.points) {
        const point = points[index];
        if (point) batch.push(badSample(point, quality, now));
      }
    }
    if (batch.length > 0) samples(batch);
  }

  #requestFor({ start, count }: Pick<Block, 'start' | 'count'>): ReadRequest {
    return { kind: 'read', unit: this.#options.unit, area: this.#options.area, start, count };
  }
}

const isOver = (progress: Progress): boolean => progress.kind === 'silent' || progress.kind === 'closed';
