import { spawn } from 'node:child_process';
import { KillLedger, type KillReport } from './kill-ledger.ts';

const child = new URL('./kill-child.ts', import.meta.url).pathname;

/** Kills a writing process again and again on the same directory and compares what it printed with what is there. */
export async function killRounds(directory: string, rounds: number, delayMs: () => number): Promise<KillReport> {
  const ledger = new KillLedger(directory);
  for (let round = 0; round < rounds; round++) ledger.check(await runAndKill(directory, round, delayMs()));
  return ledger.report;
}

/** The lines that the child printed whole. */
async function runAndKill(directory: string, round: number, delayMs: number): Promise<string[]> {
  const process_ = spawn(process.execPath, [child, directory, String(round)], { stdio: ['ignore', 'pipe', 'pipe'] });
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
