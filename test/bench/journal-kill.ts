import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killRounds } from '#test/agent/journal/kill-rounds.ts';

/**
 * Kills a writing journal at many random moments: `node test/bench/journal-kill.ts [ROUNDS]`, 500 where not said.
 * Prints one JSON object; exit 1 if a committed record was lost or came twice.
 */
const rounds = Number(process.argv[2] ?? 500);
let acknowledged = 0;
let lost = 0;
let duplicated = 0;
let slowestOpenMs = 0;
for (let done = 0; done < rounds; done += 25) {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-kill-'));
  const report = await killRounds(directory, Math.min(25, rounds - done), () => Math.random() * 80);
  acknowledged += report.acknowledged;
  lost += report.lost.length;
  duplicated += report.duplicated.length;
  slowestOpenMs = Math.max(slowestOpenMs, report.slowestOpenMs);
  rmSync(directory, { recursive: true, force: true });
  process.stderr.write(`${Math.min(done + 25, rounds)} of ${rounds} kills\n`);
}
console.log(JSON.stringify({ rounds, acknowledged, lost, duplicated, slowestOpenMs: Math.round(slowestOpenMs) }));
process.exitCode = lost + duplicated === 0 ? 0 : 1;
