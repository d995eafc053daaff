import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncDirectory } from './run-file.ts';

/** How many damaged databases are kept for later study: they are as large as the journal itself. */
const KEPT = 2;

/** Renames a damaged database with its log, and lets the oldest of those set aside before go. Returns the new names. */
export function setFileAside(file: string, now: number): string[] {
  forgetOldest(file);
  const stamp = new Date(now).toISOString().replaceAll(':', '-');
  const moved: string[] = [];
  for (const suffix of ['', '-wal', '-shm']) {
    if (!existsSync(file + suffix)) continue;
    const target = `${file}.damaged-${stamp}${suffix}`;
    renameSync(file + suffix, target);
    moved.push(target);
  }
  syncDirectory(dirname(file));
  return moved;
}

/** The stamp in their names sorts by time. */
function forgetOldest(file: string): void {
  const directory = dirname(file);
  const prefix = `${basename(file)}.damaged-`;
  const aside = readdirSync(directory)
    .filter((name) => name.startsWith(prefix))
    .sort();
  const sets = [...new Set(aside.map((name) => name.replace(/-(wal|shm)$/, '')))];
  for (const set of sets.slice(0, Math.max(0, sets.length - KEPT + 1))) {
    for (const name of aside) if (name.startsWith(set)) rmSync(join(directory, name));
  }
}

/** Names of copies of the database, set aside because of damage or a restored backup, that were written last before `time`. */
export function asideBefore(file: string, time: number): string[] {
  return readdirSync(dirname(file))
    .filter(
      (name) =>
        name.startsWith(basename(file)) && /^\.(damaged|before-restore)-/.test(name.slice(basename(file).length)),
    )
    .filter((name) => statSync(join(dirname(file), name)).mtimeMs < time);
}

export function removeAside(file: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(dirname(file), name), { force: true });
}
