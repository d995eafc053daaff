import type { Command } from 'commander';
import { readHeartbeat } from '#agent/observe/heartbeat.ts';
import { journalDirectoryOf } from './run/last-good.ts';

interface HealthOptions {
  readonly json?: true;
  readonly ready?: true;
}

/** `firewatch health SITE.yaml`: asks the agent that runs on a site, by the heartbeat beside its journal. */
export const command = (program: Command): void => {
  program
    .command('health')
    .description('tell whether the agent of a site runs and keeps up; what does not work around it')
    .argument('<site>', 'site file (YAML)')
    .option('--json', 'print one JSON object')
    .option('--ready', 'answer no as well until every source was tried and the journal takes records')
    .action(answer);
};

function answer(path: string, { json, ready }: HealthOptions): void {
  const { isAlive, text, heartbeat } = readHeartbeat(journalDirectoryOf(path), Date.now());
  const isGood = isAlive && (ready !== true || heartbeat?.isReady === true);
  process.exitCode = isGood ? 0 : 1;
  if (json) {
    console.log(JSON.stringify({ ok: isGood, text, ...heartbeat }));
    return;
  }
  console.log(text);
  if (heartbeat?.page !== undefined && isAlive) console.log(`page: ${heartbeat.page}`);
  for (const reason of heartbeat?.reasons ?? [])
    console.log(`- ${[reason.about, reason.id].filter((word) => word !== undefined).join(' ')}: ${reason.text}`);
}
