import { Option, type Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { scenarioNames } from '#simulators/scenario/load-scenario.ts';
import { demoSiteNames, demoSites, type DemoSiteName } from './demo/demo-sites.ts';
import { judge } from './demo/outcome.ts';
import { alarmLine, drawPicture, journalLine } from './demo/picture.ts';
import { raiseStage } from './demo/stage.ts';
import type { Stage } from './demo/stage.ts';
import { milliseconds } from './milliseconds.ts';
import { stopSignal } from './stop-signal.ts';

interface DemoOptions {
  readonly for?: number;
  readonly json?: true;
  readonly site: DemoSiteName;
  readonly scenario?: string;
}

const REDRAW_MS = 500;

/** `firewatch demo`: simulators, agent and a receiver on loopback; until Ctrl-C, or for a time. */
export const command = (program: Command): void => {
  program
    .command('demo')
    .description('watch a simulated chemical site: simulators, agent and a verifying receiver on loopback')
    .option('--for <duration>', 'end after this time, counted from when everything runs', milliseconds)
    .option('--json', 'print nothing but one JSON object at the end; exit 0 only if the receiver verified all of it')
    .addOption(new Option('--site <name>', 'which example site').choices(demoSiteNames).default('demo'))
    .option('--scenario <name>', 'what happens there; firewatch simulate --list names them; default that of the site')
    .action(demo);
};

async function demo(options: DemoOptions): Promise<void> {
  const names = await scenarioNames();
  const { site, scenario = demoSites[options.site].scenario } = options;
  if (!names.includes(scenario)) {
    console.error(`demo: there is no scenario ${scenario}; there are ${names.join(', ')}`);
    process.exitCode = 2;
    return;
  }
  const ending = new AbortController();
  void stopSignal().then(() => ending.abort());
  if (!options.json) console.log('starting the simulated plant, the receiver and the agent …');
  const stage = await raiseStage({ site, scenario, signal: ending.signal }).catch((error: unknown) => {
    if (ending.signal.aborted) return;
    console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
  if (!stage) return;

  if (options.for !== undefined) setTimeout(() => ending.abort(), options.for).unref();
  if (!options.json && !process.stdout.isTTY && stage.page) console.log(`the page is at ${stage.page.url}`);
  const failure = await show(stage, options, ending.signal);
  await stage.stop();
  const outcome = judge(stage);
  if (options.json) console.log(JSON.stringify(outcome));
  else {
    if (process.stdout.isTTY) console.log(`${FIRST_SCREEN}${drawPicture(stage, Date.now()).join('\n')}`);
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
  const draw = options.json ? () => {} : process.stdout.isTTY ? liveScreen(stage) : alarmList(stage);
  while (!signal.aborted) {
    const failure = stage.failure();
    if (failure !== undefined) return failure;
    draw();
    await delay(REDRAW_MS, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

const DEFAULT_ROWS = 40;
const SECOND_SCREEN = '\u001B[?1049h';
const FIRST_SCREEN = '\u001B[?1049l';
const HOME = '\u001B[H';
const CLEAR_LINE = '\u001B[K';
const CLEAR_BELOW = '\u001B[J';

/** Draws on the terminal's second screen, so that lines of any width do no harm and what stood before comes back. */
function liveScreen(stage: Stage): () => void {
  process.stdout.write(SECOND_SCREEN);
  return () => {
    // Some terminals give no size.
    const lines = drawPicture(stage, Date.now()).slice(0, process.stdout.rows || DEFAULT_ROWS);
    process.stdout.write(`${HOME}${lines.map((line) => line + CLEAR_LINE).join('\n')}${CLEAR_BELOW}`);
  };
}

/** For a log or a pipe: one line an alarm. */
function alarmList(stage: Stage): () => void {
  let told = 0;
  return () => {
    for (const record of stage.alarms().slice(told)) console.log(alarmLine(record));
    told = stage.alarms().length;
  };
}
