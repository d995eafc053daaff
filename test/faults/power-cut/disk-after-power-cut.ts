import { dirname } from 'node:path';
import type { Operation } from './recorded-writes.ts';

/** A whole number below the one given, the same series for the same seed. */
export type Chance = (below: number) => number;

type Change = Extract<Operation, { type: 'write' | 'truncate' }>;
type Naming = Extract<Operation, { type: 'rename' | 'remove' }>;

const SECTOR = 512;

/**
 * The files that a disk holds when power fails before operation `cut`. What was synced is there. Of the rest each change
 * is there, is not, or (of a write) some of its sectors are: a drive's cache promises no order. Names that a rename gave
 * are there if the directory was synced, and by chance if not, a file's new bytes never without its name's old ones.
 */
export function diskAfterPowerCut(operations: readonly Operation[], cut: number, chance: Chance): Map<string, Buffer> {
  const disk = new Map<string, Buffer>();
  const pending = new Map<string, Change[]>();
  let naming: Naming[] = [];

  const settle = (path: string, keep: (change: Change) => Change | undefined): void => {
    for (const change of pending.get(path) ?? []) {
      const kept = keep(change);
      if (kept) disk.set(path, applied(disk.get(path), kept));
    }
    pending.delete(path);
  };
  const name = (each: Naming): void => {
    if (each.type === 'remove') {
      disk.delete(each.path);
      pending.delete(each.path);
      return;
    }
    // What was not yet on the disk under its old name goes on being so under the new one.
    const bytes = disk.get(each.from);
    if (bytes) disk.set(each.to, bytes);
    disk.delete(each.from);
    const waiting = pending.get(each.from);
    pending.delete(each.to);
    if (waiting) pending.set(each.to, waiting);
    pending.delete(each.from);
  };

  for (const operation of operations.slice(0, cut)) {
    switch (operation.type) {
      case 'write':
      case 'truncate': {
        const changes = pending.get(operation.path) ?? [];
        changes.push(operation);
        pending.set(operation.path, changes);
        break;
      }
      case 'rename':
      case 'remove':
        naming.push(operation);
        break;
      case 'sync':
        if (naming.some((each) => dirname(each.type === 'rename' ? each.to : each.path) === operation.path)) {
          naming.forEach(name);
          naming = [];
        } else settle(operation.path, (change) => change);
        break;
      case 'said':
        break;
    }
  }
  // Journaling file systems keep the order of names.
  const named = chance(naming.length + 1);
  naming.slice(0, named).forEach(name);
  for (const path of pending.keys()) settle(path, (change) => survivor(change, chance));
  return disk;
}

function applied(before: Buffer | undefined, change: Change): Buffer {
  const old = before ?? Buffer.alloc(0);
  if (change.type === 'truncate') return resized(old, change.size);
  const bytes = resized(old, Math.max(old.length, change.at + change.bytes.length));
  change.bytes.copy(bytes, change.at);
  return bytes;
}

function resized(bytes: Buffer, size: number): Buffer {
  const made = Buffer.alloc(size);
  bytes.copy(made, 0, 0, Math.min(size, bytes.length));
  return made;
}

/** All of it, nothing of it, or whole sectors of it up to some place. */
function survivor(change: Change, chance: Chance): Change | undefined {
  const luck = chance(100);
  if (luck < 40) return undefined;
  if (luck < 75 || change.type === 'truncate') return change;
  const sectors = chance(Math.ceil(change.bytes.length / SECTOR));
  return sectors === 0 ? undefined : { ...change, bytes: change.bytes.subarray(0, sectors * SECTOR) };
}
