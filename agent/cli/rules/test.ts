import type { Command } from 'commander';
import { openForReading } from '#agent/journal/store.ts';
import { formatDuration } from '#config/duration.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { suggest } from '#config/nearest.ts';
import { instant, refuse, zoned } from './command-parts.ts';
import { dryRun } from './dry-run.ts';
import type { DryRun } from './dry-run.ts';
import type { Span } from '#agent/alarms/report/alarm-report.ts';

interface TestOptions {
  readonly from?: number;
  readonly to?: number;
  readonly json?: true;
}

const DAY_MS = 86_400_000;

/** `firewatch rules test SITE RULE`: when a rule of the file would have been raised over what was recorded. */
export const testCommand = (rules: Command): void => {
  rules
    .command('test')
    .description(
      'tell when a rule of the site file would have been raised over recorded history; reads beside a running agent',
    )
    .argument('<site>', 'site file (YAML), with the rule as it is to be')
    .argument('<rule>', 'id of the rule')
    .option('--from <time>', 'ISO 8601, inclusive; default a day before --to', instant)
    .option('--to <time>', 'ISO 8601, exclusive; default now', instant)
    .option('--json', 'print one JSON object')
    .action(test);
};

async function test(path: string, id: string, { from, to = Date.now(), json }: TestOptions): Promise<void> {
  const span = { from: from ?? to - DAY_MS, to };
  if (span.from >= to) return refuse('--from must lie before --to', 2);
  const { drivers: kinds } = await import('#drivers/registry.ts');
  const loaded = loadSite(path, { kinds });
  if (!loaded.ok) return refuse(loaded.errors.map(formatFinding).join('\n'), 1);
  const rules = loaded.config.derivations.flatMap((one) => (one.kind === 'rule' ? [one.definition] : []));
  const rule = rules.find(({ point }) => point === id);
  const ids = rules.map(({ point }) => point as string);
  if (!rule) return refuse(`${path} has no rule "${id}"; ${suggest(id, ids, 'see "rules:" of the site file')}`, 1);
  const tables = openForReading(loaded.config.journal.directory);
  try {
    const result = dryRun(tables, rule, span);
    const text = json
      ? JSON.stringify({ rule: id, ...span, ...result }, undefined, 2)
      : dryRunText(result, span, zoned(loaded.config.site.timezone));
    console.log(text);
  } finally {
    tables.close();
  }
}

function dryRunText(
  { firings, samples, inDoubtMs }: DryRun,
  { from, to }: Span,
  clock: (time: number) => string,
): string {
  const lines = firings.map((firing) => {
    const lasted =
      firing.to === undefined
        ? 'and stood'
        : `for ${formatDuration(Math.round((firing.to - firing.from) / 1000) * 1000)}`;
    const flags = firing.flags.length > 0 ? ` [${firing.flags.join(' ')}]` : '';
    return `${clock(firing.from)}  ${lasted}${flags}  ${firing.because}`;
  });
  const doubt = Math.round((100 * inDoubtMs) / (to - from));
  return [
    ...lines,
    `${firings.length === 0 ? 'never raised' : `raised ${firings.length} times`} from ${clock(from)} to ${clock(to)}, by ${samples} recorded values; in doubt ${doubt} % of the time`,
  ].join('\n');
}
