/**
 * One high alarm as a person would keep it on paper: a letter of the standard's diagram and a few countdowns in quarters
 * of a second. Slow and simple on purpose; random-life.test.ts compares the engine with it, transition by transition.
 */
export interface ReferenceOptions {
  readonly onDelay: number;
  readonly offDelay: number;
  readonly reAlarm: number | undefined;
  readonly latch: boolean;
  readonly isStatutory: boolean;
}

type Letter = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

const setpoint = 90;
const deadband = 2;

export class ReferenceAlarm {
  readonly log: string[] = [];
  letter: Letter = 'A';
  #occurrence = 0;
  #holds = false;
  #isBlind = false;
  #isUnannounced = false;
  #onLeft: number | undefined;
  #isOnRunning = false;
  #offLeft: number | undefined;
  #reAlarmLeft: number | undefined;
  #shelf: { left: number; isOneShot: boolean } | undefined;
  #isOut = false;
  #isRemoved = false;
  readonly #options: ReferenceOptions;

  constructor(options: ReferenceOptions) {
    this.#options = { ...options, onDelay: options.isStatutory ? 0 : options.onDelay };
  }

  get #isAbnormal(): boolean {
    return this.letter === 'B' || this.letter === 'C';
  }

  get #overlay(): string {
    if (this.#isOut || this.#isRemoved) return 'out-of-service';
    return this.#shelf === undefined ? 'none' : 'shelved';
  }

  quarter(): void {
    // First, because the others may start it anew in this very quarter.
    if (this.#reAlarmLeft !== undefined && --this.#reAlarmLeft <= 0) this.#remind();
    if (this.#onLeft !== undefined && this.#isOnRunning && --this.#onLeft <= 0) this.#raise();
    if (this.#offLeft !== undefined && --this.#offLeft <= 0) this.#clear();
    if (this.#shelf !== undefined && --this.#shelf.left <= 0) this.unshelve();
  }

  good(value: number): void {
    if (this.#isBlind) {
      this.#isBlind = false;
      this.#tell('quality-regained');
    }
    this.#holds = value >= setpoint || (this.#holds && value >= setpoint - deadband);
    if (this.#isAbnormal) {
      if (this.#holds) this.#offLeft = undefined;
      else {
        this.#offLeft ??= this.#options.offDelay;
        if (this.#offLeft === 0) this.#clear();
      }
    } else if (this.#holds) {
      this.#onLeft ??= this.#options.onDelay;
      this.#isOnRunning = true;
      if (this.#onLeft <= 0) this.#raise();
    } else this.#onLeft = undefined;
  }

  doubtful(): void {
    this.#isOnRunning = false;
    this.#offLeft = undefined;
    if (!this.#isAbnormal) return;
    this.#holds = true;
    if (!this.#isBlind) {
      this.#isBlind = true;
      this.#tell('quality-lost');
    }
  }

  acknowledge(): string | undefined {
    const next: Partial<Record<Letter, Letter>> = { B: 'C', D: 'A', E: 'F' };
    const to = next[this.letter];
    if (to === undefined) return this.letter === 'A' ? 'not-raised' : 'already-acknowledged';
    this.#go(to, 'acknowledged');
    return undefined;
  }

  reset(): string | undefined {
    if (this.letter === 'F') {
      this.#go('A', 'reset');
      return undefined;
    }
    if (this.#isAbnormal) return 'still-abnormal';
    return { A: 'not-raised', D: 'not-latched', E: 'not-acknowledged', B: '', C: '' }[this.letter];
  }

  shelve(quarters: number, isOneShot: boolean): string | undefined {
    if (this.#options.isStatutory) return 'statutory';
    if (this.#shelf !== undefined) return 'already-shelved';
    this.#shelf = { left: quarters, isOneShot };
    this.#covered('shelved');
    return undefined;
  }

  unshelve(): string | undefined {
    if (this.#shelf === undefined) return 'not-shelved';
    this.#shelf = undefined;
    this.#covered('unshelved');
    return undefined;
  }

  takeOut(): string | undefined {
    if (this.#options.isStatutory) return 'statutory';
    if (this.#isOut) return 'already-out-of-service';
    this.#isOut = true;
    this.#covered('removed-from-service');
    return undefined;
  }

  bringBack(): string | undefined {
    if (!this.#isOut) return 'not-out-of-service';
    this.#isOut = false;
    this.#covered('returned-to-service');
    return undefined;
  }

  /** The process dies; `quarters` pass on the wall clock until it is back. */
  restart(quarters: number): void {
    const left = (before: number): number => Math.max(0, before - quarters);
    if (this.#onLeft !== undefined && this.#isOnRunning) this.#onLeft = left(this.#onLeft);
    this.#isOnRunning = false;
    this.#offLeft = undefined;
    this.#holds = this.#isAbnormal || this.#onLeft !== undefined;
    if (this.#reAlarmLeft !== undefined) this.#reAlarmLeft = left(this.#reAlarmLeft);
    if (this.#shelf !== undefined) {
      this.#shelf.left = left(this.#shelf.left);
      if (this.#shelf.left === 0) this.unshelve();
    }
    if (this.#reAlarmLeft === 0) this.#remind();
  }

  /** A configuration without the alarm is applied, and then the old one again. */
  removeAndBringBack(): void {
    if (this.letter === 'A') {
      this.restart(0);
      return;
    }
    this.restart(0);
    this.#isRemoved = true;
    this.#onLeft = undefined;
    this.#reAlarmLeft = undefined;
    this.#isBlind = false;
    this.#go({ A: 'A', B: 'D', C: 'A', D: 'D', E: 'E', F: 'F' }[this.letter] as Letter, 'removed-from-service');
    if (this.#shelf !== undefined) this.unshelve();
    this.#isRemoved = false;
    this.#tell('returned-to-service');
    this.#holds = false;
  }

  #raise(): void {
    this.#onLeft = undefined;
    if (this.letter === 'A') {
      this.#occurrence += 1;
      this.#isUnannounced = this.#overlay !== 'none';
    }
    this.#go('B', 'raised');
  }

  #remind(): void {
    this.#go('B', 'raised');
  }

  #clear(): void {
    this.#offLeft = undefined;
    const latched = this.letter === 'B' ? 'E' : 'F';
    const plain = this.letter === 'B' && !this.#isUnannounced ? 'D' : 'A';
    this.#go(this.#options.latch ? latched : plain, 'cleared');
    if (this.#shelf?.isOneShot === true) this.unshelve();
  }

  #go(to: Letter, event: string): void {
    const from = this.letter;
    this.letter = to;
    if (to === 'A') this.#isUnannounced = false;
    this.#restartReminder();
    this.#tell(event, from);
  }

  #covered(event: string): void {
    if (this.#overlay === 'none') this.#isUnannounced = false;
    this.#restartReminder();
    this.#tell(event);
  }

  #restartReminder(): void {
    this.#reAlarmLeft = this.#isAbnormal && this.#overlay === 'none' ? this.#options.reAlarm : undefined;
  }

  #tell(event: string, from = this.letter): void {
    this.log.push(`${event} ${from}${this.letter} ${this.#overlay} #${this.#occurrence}`);
  }
}
