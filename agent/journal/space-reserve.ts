import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { diskTrouble } from './disk-trouble.ts';

const CHUNK = Buffer.alloc(256 * 1024, 0x46);

export const PAGE_BYTES = 4096;

/** How long the log may grow so that half the reserve is enough to write it back, a large last transaction included. */
export const logPagesWithin = (reserveBytes: number): number =>
  Math.round(Math.min(2000, Math.max(64, reserveBytes / 4 / PAGE_BYTES)));

/**
 * A file that only takes up space. When the disk is full it is given up, so that alarms can still be written while old
 * samples make room; it is taken back when there is space again.
 */
export class SpaceReserve {
  readonly #file: string;
  readonly #directory: string;
  readonly bytes: number;

  constructor(directory: string, bytes: number) {
    this.#directory = directory;
    this.#file = join(directory, 'journal.reserve');
    this.bytes = bytes;
  }

  get isHeld(): boolean {
    return existsSync(this.#file);
  }

  /** Runs `open`; where the disk is full, once more without the reserve. */
  orGiveUp<Result>(open: () => Result): Result {
    try {
      return open();
    } catch (error) {
      if (diskTrouble(error) !== 'full' || !this.giveUp()) throw error;
      return open();
    }
  }

  /** True if there was something to give up. */
  giveUp(): boolean {
    if (!this.isHeld) return false;
    rmSync(this.#file, { force: true });
    return true;
  }

  /**
   * Takes the space where twice as much is free. Real bytes: a sparse file would reserve nothing. True if it is held
   * now. Where the disk refuses, there is no reserve; the next write tells what is wrong with the disk.
   */
  take(): boolean {
    if (this.isHeld) return true;
    try {
      const { bavail, bsize } = statfsSync(this.#directory);
      return bavail * bsize >= 2 * this.bytes && this.#fill(openSync(this.#file, 'w'));
    } catch {
      return false;
    }
  }

  #fill(handle: number): boolean {
    try {
      for (let written = 0; written < this.bytes; written += CHUNK.length) writeSync(handle, CHUNK);
      fsyncSync(handle);
      return true;
    } catch {
      rmSync(this.#file, { force: true });
      return false;
    } finally {
      closeSync(handle);
    }
  }
}
