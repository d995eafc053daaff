import type { SiteId } from '#agent/model/ids.ts';
import { diskTrouble } from './disk-trouble.ts';
import type { RecordClock } from './record-clock.ts';
import { tailsAfter, type Expired } from './retention.ts';
import { writeRunFile } from './run-file.ts';
import type { PerStream } from './streams.ts';

export interface RunKeeperParts {
  readonly directory: string;
  readonly site: SiteId;
  readonly recordClock: RecordClock;
  readonly bootId: string;
  readonly tails: PerStream<number>;
}

/** Keeps the run file true while the journal is open. */
export class RunKeeper {
  readonly #parts: RunKeeperParts;
  readonly #startedAt: number;
  #tails: PerStream<number>;

  constructor(parts: RunKeeperParts) {
    this.#parts = parts;
    this.#startedAt = parts.recordClock.next();
    this.#tails = parts.tails;
  }

  /**
   * Writes it now. On a disk that refuses, the old file stays: its floors then lag behind until the next write, and
   * alarms go on meanwhile.
   */
  save(floors: PerStream<number>, stoppedAt?: number): void {
    const { directory, site, bootId, recordClock } = this.#parts;
    try {
      writeRunFile(directory, {
        site,
        pid: process.pid,
        startedAt: this.#startedAt,
        bootId,
        floors,
        tails: this.#tails,
        clockFloor: recordClock.latest,
        ...(stoppedAt === undefined ? {} : { stoppedAt }),
      });
    } catch (error) {
      if (diskTrouble(error) === undefined) throw error;
    }
  }

  /** Marks a clean stop. */
  stop(floors: PerStream<number>): void {
    this.save(floors, this.#parts.recordClock.next());
  }

  /** Remembered here, written with the next save: after damage, too low a tail claims more loss, not less. */
  expired(expired: readonly Expired[]): void {
    this.#tails = tailsAfter(this.#tails, expired);
  }
}
