import type { AlarmView } from './alarm.ts';
import type { SiteEvent } from './event.ts';
import type { Fact } from './fact.ts';
import type { PointId } from './ids.ts';
import type { RegisterEntry } from './register.ts';
import type { Sample } from './sample.ts';

/**
 * Something that only the site can compute from the samples of several points over time: a lightning tier with its hold,
 * a valve's state from two limit switches, the inventory of a hazard source. Made by `create…(definition, clock, memory?)`
 * in agent/site; several of a kind are several derivations.
 *
 * It is synchronous and deterministic: it reads the clock that it is given, does no I/O and sets no real timer. The same
 * calls at the same times give the same results. The caller hands it checked samples, runs its results through the
 * alarms like any other samples, stores its memory, and calls {@link onTick} at {@link nextDue}.
 *
 * ### Promises
 * - What it derives from is never better than its inputs: a derived sample of a bad, stale or missing input is itself not
 *   good, or is held on the safe side; doubt never lowers a level or ends a hold.
 * - Durations are measured with `clock.monotonic()`. Wall-clock steps change no state.
 * - Flags of the inputs travel: a result that rests on one simulated sample is simulated.
 *
 * @typeParam Memory - all that must outlive the process; plain JSON
 */
export interface Derivation<Memory = unknown> {
  /** Unique among the derivations of a site, and stable: the key under which the memory is kept. `lightning/east-mill`. */
  readonly id: string;
  /**
   * Points whose samples it is handed, those of derivations before it among them. Absent: all points that a source reads,
   * and none that the site derives.
   */
  readonly inputs?: ReadonlySet<PointId>;
  /** What a person is called wherever the name must not be known, by a tag or by the enterprise's id of the person. */
  readonly pseudonym?: (who: string) => string;
  /**
   * Checked samples, in the order in which they came; those of points that it does not know, and backfilled ones, are
   * ignored. First does what has become due.
   */
  onSamples(samples: readonly Sample[]): Derived<Memory>;
  /** Facts of every source, in the order in which they came. Absent: it looks at none. */
  onFacts?(facts: readonly Fact[]): Derived<Memory>;
  /**
   * Alarms as they stand after they have changed, committed before it is told; the first time after start, and after a
   * change of the configuration, all that are not normal. Absent: it looks at none. What it tells may raise alarms of its
   * own points: those it ignores.
   */
  onAlarms?(alarms: readonly AlarmView[]): Derived<Memory>;
  /** Does what is due. May be called at any time. The first call after start tells the state that was restored. */
  onTick(): Derived<Memory>;
  /** Monotonic time of the clock at which onTick has something to do; undefined: not before the next input. */
  nextDue(): number | undefined;
  /** As it stands now: what the last {@link Derived} with a memory told. */
  memory(): Memory;
  /** All that {@link Derived.kept} has told and not taken back. */
  kept?(): ReadonlyMap<string, unknown>;
  /** What the page shows of it beyond its points. Plain JSON, bounded. */
  view?(): unknown;
}

/** What one call has brought about. */
export interface Derived<Memory = unknown> {
  /**
   * Of the derivation's own points, in the order in which they became true. Repeated without a change as often as the
   * definition says, so that they do not go stale.
   */
  readonly samples: readonly Sample[];
  readonly events: readonly SiteEvent[];
  /** Versions of register records to be numbered in stream `register`. */
  readonly records?: readonly RegisterEntry[];
  /**
   * A memory that is too large to be stored whole at every change: what changed of it, by key, stored like `memory` and
   * in the same transaction as the records. A value of undefined is forgotten.
   */
  readonly kept?: readonly { readonly key: string; readonly value: unknown }[];
  /**
   * Present when it changed: to be stored before samples and events are told to anybody, in the same transaction as
   * whatever follows from them; replaces the earlier one.
   */
  readonly memory?: Memory;
}
