import { Command } from 'commander';
import { failureText } from './failure.ts';
import { outliveReader } from './outlive-reader.ts';
import { version } from './version.ts';

/**
 * The `firewatch` command. Each subcommand lives in a file of its own and is loaded only when asked for, so that
 * `firewatch check` does not wait for the OPC UA stack.
 * Exit status: 0 good, 1 the answer is no, 2 wrong use.
 */
type Register = { readonly command: (program: Command) => void };

const commands: Readonly<Record<string, () => Promise<Register>>> = {
  init: () => import('./init.ts'),
  demo: () => import('./demo.ts'),
  run: () => import('./run.ts'),
  accept: () => import('./accept.ts'),
  check: () => import('./check.ts'),
  health: () => import('./health.ts'),
  schema: () => import('./schema.ts'),
  simulate: () => import('./simulate.ts'),
  journal: () => import('./journal.ts'),
  audit: () => import('./audit.ts'),
  probe: () => import('./probe.ts'),
  browse: () => import('./browse.ts'),
  discover: () => import('./discover.ts'),
  diagnose: () => import('./diagnose.ts'),
  trust: () => import('./trust.ts'),
  alarms: () => import('./alarms.ts'),
  profiles: () => import('./profiles.ts'),
  rules: () => import('./rules.ts'),
  registers: () => import('./registers.ts'),
};

const program = new Command('firewatch')
  .description('Watches a whole chemical site: reads its devices, raises site alarms, reports upstream')
  .version(version)
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2);
  });

outliveReader(process.argv[2] === 'run');
const asked = commands[process.argv[2] ?? ''];
for (const load of asked ? [asked] : Object.values(commands)) (await load()).command(program);

try {
  await program.parseAsync();
} catch (error) {
  console.error(failureText(error));
  process.exitCode = 1;
}
