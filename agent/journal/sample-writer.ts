import type { Clock } from '#agent/model/clock.ts';
import type { Gap } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SampleBatch } from './block-codec/sample-batch.ts';
import type { BlockPacker } from './block-packer.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { RecentBatches } from './recent-batches.ts';
import type { RecordClock } from './record-clock.ts';
import type { RollupKeeper } from './rollup/rollup-keeper.ts';
import type { Sequence } from './sequence.ts';
import type { Store } from './store.ts';

/** The most samples in one record: small enough for one message upstream, large enough to compress. */
const MAX_RECORD_SAMPLES = 4096;
/** While the disk refuses, this many samples wait in memory (about 8 MB); then the oldest half gives way. */
const MAX_WAITING_SAMPLES = 65_536;

export interface SampleWriterParts {
  readonly store: Store;
  readonly sequence: Sequence;
  readonly recordClock: RecordClock;
  readonly recent: RecentBatches;
  readonly packer: BlockPacker;
  readonly rollups: RollupKeeper;
  readonly guard: DiskGuard;
  readonly clock: Clock;
  readonly clockWatch: Pick<ClockWatch, 'isBehind'>;
}

/** Collects samples into records and stores these in groups. */
export class SampleWriter {
  readonly #parts: SampleWriterParts;
  #pending: Sample[] = [];
  #since = 0;
  #hasFailed = false;
  #shed: Gap | undefined;

  constructor(parts: SampleWriterParts) {
    this.#parts = parts;
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** How long the oldest sample has waited, in milliseconds; 0 when none waits. */
  get waitedMs(): number {
    return this.#pending.length === 0 ? 0 : this.#parts.clock.monotonic() - this.#since;
  }

  /** How many samples had to give way since the disk refuses them. */
  get shedSamples(): number {
    return this.#shed?.lost ?? 0;
  }

  /** True if the last attempt to commit them failed. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  takePending(): readonly Sample[] {
    const pending = this.#pending;
    this.#pending = [];
    return pending;
  }

  /** True if a record is full: then the caller flushes. */
  append(samples: readonly Sample[]): boolean {
    if (this.#pending.length === 0) this.#since = this.#parts.clock.monotonic();
    for (const sample of samples) this.#pending.push(sample);
    return this.#pending.length >= MAX_RECORD_SAMPLES;
  }

  /** Commits what waits, in one transaction. Returns how many records that made; 0 too where the disk refuses. */
  flush(): number {
    if (this.#pending.length === 0) return 0;
    const { store, sequence, recordClock, recent, packer, rollups, guard, clockWatch } = this.#parts;
    const batches = this.#number();
    sequence.reserve('sample', batches.length);
    const time = recordClock.next();
    this.#hasFailed = !this.#transaction(() =>
      batches.forEach((batch) => store.batched.blocks.insert([{ ...batch, time }])),
    );
    if (this.#hasFailed) {
      this.#shedSurplus(guard.state.trouble);
      return 0;
    }
    store.batched.dictionary.saved();
    sequence.heads.sample += batches.length;
    this.#pending = [];
    const stored = batches.map((batch) => ({ ...batch, time }));
    recent.add(stored);
    packer.add(stored);
    // Minutes long past must not get values of today, only because the clock does not know better yet.
    if (!clockWatch.isBehind) for (const batch of stored) rollups.add(batch);
    rollups.store((write) => this.#transaction(write));
    if (packer.isDue && this.#transaction(() => packer.pack(store.batched.blocks))) packer.forget();
    return batches.length;
  }

  /** The gap of what gave way, once; undefined where nothing did or the disk still refuses. */
  takeShed(): Gap | undefined {
    const shed = this.#shed;
    this.#shed = undefined;
    return shed;
  }

  #number(): SampleBatch[] {
    const { sequence } = this.#parts;
    const count = Math.ceil(this.#pending.length / MAX_RECORD_SAMPLES);
    return Array.from({ length: count }, (_, i) => ({
      seq: sequence.heads.sample + 1 + i,
      time: 0,
      samples: this.#pending.slice(i * MAX_RECORD_SAMPLES, (i + 1) * MAX_RECORD_SAMPLES),
    }));
  }

  #transaction(write: () => void): boolean {
    const { store, guard } = this.#parts;
    return guard.attempt(() => store.batched.database.transaction(write).immediate());
  }

  #shedSurplus(trouble: string): void {
    if (this.#pending.length <= MAX_WAITING_SAMPLES) return;
    const gone = this.#pending.splice(0, this.#pending.length - MAX_WAITING_SAMPLES / 2);
    const first = gone[0];
    const last = gone.at(-1);
    if (first === undefined || last === undefined) return;
    this.#shed = {
      from: this.#shed?.from ?? first.receiveTime,
      to: last.receiveTime + 1,
      reason: 'disk-full',
      lost: this.shedSamples + gone.length,
      text: `The disk did not take them (${trouble}): samples had to give way.`,
      flags: (this.#shed?.flags ?? Flag.sim) & (gone.every(({ flags }) => (flags & Flag.sim) !== 0) ? Flag.sim : 0),
    };
  }
}
