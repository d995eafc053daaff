import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { KillLedger, type KillReport } from './kill-ledger.ts';

const child = new URL('./kill-child.ts', import.meta.url).pathname;

/** Kills a writing process again and again on the same journal below `base` and compares what it printed with what is there. */
export async function killRounds(base: string, rounds: number, delayMs: () => number): Promise<KillReport> {
  const ledger = new KillLedger(join(base, 'j'));
  for (let round = 0; round < rounds; round++) ledger.check(await runAndKill(base, round, delayMs()));
  return ledger.report;
}

/** The lines that the child printed whole. */
async function runAndKill(base: string, round: number, delayMs: number): Promise<string[]> {
  const process_ = spawn(process.execPath, [child, join(base, 'j'), String(round)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_COMPILE_CACHE: join(base, 'compiled') },
  });
  let out = '';
  let errors = '';
  let timer: NodeJS.Timeout | undefined;
  process_.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  process_.stdout.on('data', (data: Buffer) => {
    out += data.toString();
    timer ??= setTimeout(() => process_.kill('SIGKILL'), delayMs);
  });
  const signal = await new Promise((resolve) => {
    process_.on('close', (_code, by) => {
      resolve(by);
    });
  });
  if (signal !== 'SIGKILL') throw new Error(`the writer of round ${round} ended by itself: ${errors}`);
  return out.slice(0, out.lastIndexOf('\n')).split('\n');
}
