import type { PermitFact, PermitState } from '#agent/model/permit.ts';

/** When a version of a permit said what. */
interface Turn {
  readonly version: number;
  readonly state: PermitState;
  /** UTC ms. */
  readonly time: number;
}

/** One permit: its newest version, and what the versions said of going on and stopping. */
export interface KnownPermit {
  readonly fact: PermitFact;
  /** By version, the lowest first. */
  readonly turns: readonly Turn[];
  /** What was to be done where, by the first version with which work went on. */
  readonly begun?: BegunWork;
}

interface BegunWork extends Pick<PermitFact, 'work' | 'zone' | 'place' | 'content'> {
  readonly version: number;
}

/** The lowest version in which work goes on, of what is known and this one. */
function begunBy(fact: PermitFact, begun: BegunWork | undefined): Pick<KnownPermit, 'begun'> {
  if (fact.state !== 'active' || (begun && begun.version < fact.version)) return begun ? { begun } : {};
  const { version, work, zone, place, content } = fact;
  return {
    begun: {
      version,
      work,
      ...(zone !== undefined && { zone }),
      ...(place !== undefined && { place }),
      ...(content !== undefined && { content }),
    },
  };
}

const MOST_PERMITS = 2000;
const MOST_TURNS = 64;
const KEEP_ENDED_MS = 7 * 86_400_000;

/**
 * Permits by id. Versions may come in any order and more than once: the newest stands, and older ones still tell when
 * work was interrupted, so that the same versions always come to the same.
 */
export class PermitBook {
  readonly #permits: Map<string, KnownPermit>;

  constructor(known: readonly KnownPermit[] = []) {
    this.#permits = new Map(known.map((one) => [one.fact.id, one]));
  }

  /** False where there is no room: as many permits are under way as can be held. */
  take(fact: PermitFact): boolean {
    const known = this.#permits.get(fact.id);
    if (known?.turns.some(({ version }) => version === fact.version)) return true;
    if (!known && this.#permits.size >= MOST_PERMITS && !this.#forgetOne()) return false;
    const turn = { version: fact.version, state: fact.state, time: fact.sourceTime };
    const turns = [...(known?.turns ?? []), turn].toSorted((one, other) => one.version - other.version);
    const newest = known && known.fact.version > fact.version ? known.fact : fact;
    this.#permits.set(fact.id, { fact: newest, turns: turns.slice(-MOST_TURNS), ...begunBy(fact, known?.begun) });
    return true;
  }

  /** Drops what ended long ago. @param time UTC ms */
  forget(time: number): void {
    for (const [id, { fact }] of this.#permits)
      if (isOver(fact) && fact.sourceTime + KEEP_ENDED_MS < time) this.#permits.delete(id);
  }

  fact(id: string): PermitFact | undefined {
    return this.#permits.get(id)?.fact;
  }

  /** Those that are not deleted, by id. */
  get standing(): readonly KnownPermit[] {
    return this.all.filter(({ fact }) => !fact.isDeleted);
  }

  /** The deleted among them: an old version must not bring one back. */
  get all(): readonly KnownPermit[] {
    return [...this.#permits.values()].toSorted((one, other) => (one.fact.id < other.fact.id ? -1 : 1));
  }

  #forgetOne(): boolean {
    const ended = [...this.#permits.values()].filter(({ fact }) => isOver(fact));
    const oldest = ended.toSorted((one, other) => one.fact.sourceTime - other.fact.sourceTime)[0];
    return oldest !== undefined && this.#permits.delete(oldest.fact.id);
  }
}

export const isOver = ({ isDeleted, state }: PermitFact): boolean =>
  isDeleted || state === 'finished' || state === 'cancelled';

/** When work last began or went on again, and since when it had been interrupted then. UTC ms. */
export interface WorkSpan {
  readonly began: number;
  readonly interruptedSince?: number;
}

/** Undefined while no work goes on. */
export function workSpan({ turns }: KnownPermit): WorkSpan | undefined {
  let span: WorkSpan | undefined;
  let interruptedSince: number | undefined;
  for (const { state, time } of turns) {
    if (state === 'active') span ??= { began: time, ...(interruptedSince !== undefined && { interruptedSince }) };
    else span = undefined;
    if (state === 'suspended') interruptedSince ??= time;
    else interruptedSince = undefined;
  }
  return span;
}
