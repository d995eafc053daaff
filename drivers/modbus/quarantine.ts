import type { Atom } from './atoms.ts';

/** Two refusals of an atom alone, in different cycles: some devices refuse once while they start or are busy. */
const STRIKES = 2;
const FIRST_RETRY_MS = 30_000;
const LAST_RETRY_MS = 600_000;
/** A device that wants two requests where one would do is asked the long way for so long. */
const BARRIER_MS = 3_600_000;

interface Refusal {
  readonly atom: Atom;
  readonly code: number;
  readonly strikes: number;
  /** Monotonic ms of the last strike. */
  readonly at: number;
  /** Monotonic ms from which it is tried again; -Infinity while it is only under suspicion. */
  readonly retryAt: number;
  readonly retryMs: number;
}

/**
 * What a device refuses in one area of one unit, as found out by halving. A bad register stays alone: its neighbours are
 * read as before, and it is tried again, ever more rarely.
 */
export class Quarantine {
  readonly #refusals = new Map<number, Refusal>();
  readonly #barriers = new Map<number, number>();
  /** Atoms of which it was said that they are in quarantine, and not yet that they can be read. */
  readonly #told = new Set<number>();
  /** Grows with each change, so that a plan made before can be told from one made after. */
  version = 0;

  get isEmpty(): boolean {
    return this.#refusals.size === 0;
  }

  /** An atom alone was answered with an exception. True when it goes into quarantine with this answer. */
  refuse(atom: Atom, code: number, now: number): boolean {
    const before = this.#refusals.get(atom.id);
    const strikes = (before?.strikes ?? 0) + 1;
    const retryMs = strikes <= STRIKES ? FIRST_RETRY_MS : Math.min((before?.retryMs ?? 0) * 2, LAST_RETRY_MS);
    const retryAt = strikes >= STRIKES ? now + retryMs : -Infinity;
    this.#refusals.set(atom.id, { atom, code, strikes, at: now, retryAt, retryMs });
    this.version += 1;
    if (strikes < STRIKES || this.#told.has(atom.id)) return false;
    this.#told.add(atom.id);
    return true;
  }

  /** An atom was read. True when it had been in quarantine. */
  accept(atom: Atom): boolean {
    if (this.#refusals.size > 0 && this.#refusals.delete(atom.id)) this.version += 1;
    return this.#told.size > 0 && this.#told.delete(atom.id);
  }

  /** Strikes since then came from a device that refused everything: they say nothing about a register. */
  pardon(since: number): void {
    for (const [id, { at }] of this.#refusals) if (at >= since) this.#refusals.delete(id);
    this.version += 1;
  }

  /** A block was refused, yet both its halves were read: the device does not want to be read across this address. */
  separate(address: number, now: number): void {
    this.#barriers.set(address, now + BARRIER_MS);
    this.version += 1;
  }

  /** The device's exception code while the atom is in quarantine and not yet due again; undefined when it may be read. */
  blocked(atom: Atom, now: number): number | undefined {
    const refusal = this.#refusals.get(atom.id);
    return refusal && now < refusal.retryAt ? refusal.code : undefined;
  }

  /** Atoms to be read alone. */
  get suspects(): ReadonlySet<number> {
    return new Set(this.#refusals.keys());
  }

  /** Registers that no merged request may cover. */
  get refused(): readonly Atom[] {
    return [...this.#refusals.values()].map((refusal) => refusal.atom);
  }

  /** The time at which the next quarantined atom is due; Infinity when none waits. */
  nextRetry(now: number): number {
    let next = Infinity;
    for (const { retryAt } of this.#refusals.values()) if (retryAt > now) next = Math.min(next, retryAt);
    return next;
  }

  barriers(now: number): ReadonlySet<number> {
    for (const [address, until] of this.#barriers) if (until <= now) this.#barriers.delete(address);
    return new Set(this.#barriers.keys());
  }
}
