import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Stops a process and returns when each of its threads stands still. A signal alone is only on its way: until it is
 * delivered, a server of several threads may still answer what is sent after it.
 */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  while (!threadStates(pid).every((state) => state === 'T')) await wait(1);
}

/** The third field of `stat`; the second is a name in brackets that may hold anything. */
const threadStates = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/task`).map((thread) => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
  });

export function pidOf(child: ChildProcess | undefined): number {
  if (child?.pid === undefined) throw new Error('the server does not run');
  return child.pid;
}
