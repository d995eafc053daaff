import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { judge } from './demo/outcome.ts';
import { alarmLine, drawPicture, journalLine } from './demo/picture.ts';
import { raiseStage } from './demo/stage.ts';
import type { Stage } from './demo/stage.ts';
import { milliseconds } from './milliseconds.ts';
import { stopSignal } from './stop-signal.ts';

interface DemoOptions {
  readonly for?: number;
  readonly json?: true;
  readonly scenario: string;
}

const REDRAW_MS = 500;

/** `firewatch demo`: simulators, agent and a receiver on loopback; until Ctrl-C, or for a time. */
export const command = (program: Command): void => {
  program
    .command('demo')
    .description('watch a simulated chemical site: simulators, agent and a verifying receiver on loopback')
    .option('--for <duration>', 'end after this time, counted from when everything runs', milliseconds)
    .option('--json', 'print nothing but one JSON object at the end; exit 0 only if the receiver verified all of it')
    .option('--scenario <name>', 'what happens in the plant; firewatch simulate --list names them', 'demo')
    .action(demo);
};

async function demo(options: DemoOptions): Promise<void> {
  const ending = new AbortController();
  void stopSignal().then(() => ending.abort());
  if (!options.json) console.log('starting the simulated plant, the receiver and the agent …');
  const stage = await raiseStage({ scenario: options.scenario, signal: ending.signal }).catch((error: unknown) => {
    if (ending.signal.aborted) return;
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
  if (!stage) return;

  if (options.for !== undefined) setTimeout(() => ending.abort(), options.for).unref();
  const failure = await show(stage, options, ending.signal);
  await stage.stop();
  const outcome = judge(stage);
  if (options.json) console.log(JSON.stringify(outcome));
  else {
    const { records, samples } = outcome.receiver;
    console.log(`\njournal  ${journalLine(stage)}`);
    console.log(
      outcome.ok
        ? `the receiver verified all ${records} records with ${samples} samples: no gap, nothing invalid`
        : `not verified: ${outcome.faults.join('; ')}`,
    );
  }
  if (failure !== undefined) console.error(failure);
  process.exitCode = outcome.ok && failure === undefined ? 0 : 1;
}

/** Shows the site until the end; the reason, if a process failed. */
async function show(stage: Stage, options: DemoOptions, signal: AbortSignal): Promise<string | undefined> {
  const isLive = !options.json && process.stdout.isTTY;
  let told = 0;
  let drawn = 0;
  while (!signal.aborted) {
    const failure = stage.failure();
    if (failure !== undefined) return failure;
    if (isLive) {
      const lines = drawPicture(stage, Date.now());
      process.stdout.write(`${drawn > 0 ? `\u001B[${drawn}A\u001B[0J` : ''}${lines.join('\n')}\n`);
      drawn = lines.length;
    } else if (!options.json) {
      for (const record of stage.alarms().slice(told)) console.log(alarmLine(record));
      told = stage.alarms().length;
    }
    await delay(REDRAW_MS, undefined, { signal }).catch(() => {});
  }
  return undefined;
}
