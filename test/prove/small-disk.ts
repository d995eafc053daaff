import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A directory on a disk of its own that can be filled. Only root can mount one. */
export interface SmallDisk {
  readonly directory: string;
  readonly canBeFilled: boolean;
  readonly fill: () => void;
  readonly free: () => void;
  readonly remove: () => void;
}

const SIZE = '64m';
const BLOCK = Buffer.alloc(1 << 20);
const PAGE = Buffer.alloc(4096);

export function makeSmallDisk(directory: string): SmallDisk {
  mkdirSync(directory, { recursive: true });
  const canBeFilled = mounts(directory);
  const ballast = join(directory, 'ballast');
  const free = (): void => rmSync(ballast, { force: true });
  return {
    directory,
    canBeFilled,
    fill: () => {
      if (!canBeFilled) return;
      const file = openSync(ballast, 'a');
      for (const block of [BLOCK, PAGE]) while (isWritten(file, block));
      closeSync(file);
    },
    free,
    remove: () => {
      free();
      if (canBeFilled) execFileSync('umount', ['-l', directory]);
    },
  };
}

function mounts(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'firewatch-prove', directory], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function isWritten(file: number, block: Buffer): boolean {
  try {
    return writeSync(file, block) === block.length;
  } catch {
    return false;
  }
}
