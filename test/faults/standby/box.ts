import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** One box of a pair, in a process of its own. */
export interface Box {
  readonly directory: string;
  readonly child: ChildProcess;
  /** Kinds of the events of the pair. */
  readonly told: string[];
  /** Kills it where it still lives, and removes what it had. */
  readonly remove: () => void;
}

export function startBox(name: string, urls: readonly string[]): Box {
  const directory = mkdtempSync(join(tmpdir(), `firewatch-box-${name}-`));
  const script = new URL('standby-box.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, directory, name, urls.join(',')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => told.push(line));
  return {
    directory,
    child,
    told,
    remove: () => {
      child.kill('SIGKILL');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
