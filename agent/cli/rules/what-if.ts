import { resolve } from 'node:path';
import type { Command } from 'commander';
import { openForReading } from '#agent/journal/store.ts';
import { warningColours } from '#agent/model/warning-level.ts';
import type { WarningFormula } from '#agent/model/warning-level.ts';
import { loadFormula } from '#config/derived/warning-level/formula.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import { instant, refuse, zoned } from './command-parts.ts';
import { replayColours } from './replay-colours.ts';
import type { ColourChange } from './replay-colours.ts';

interface WhatIfOptions {
  readonly formula?: string;
  readonly from?: number;
  readonly to?: number;
  readonly json?: true;
}

const DAY_MS = 86_400_000;

/** `firewatch rules what-if SITE --formula FILE`: the colours that another formula would have shown. */
export const whatIfCommand = (rules: Command): void => {
  rules
    .command('what-if')
    .description(
      "tell the colours that the site's own warning would have shown over recorded alarms and inputs, by its formula and by another",
    )
    .argument('<site>', 'site file (YAML)')
    .option('--formula <file>', "another formula; default the site's alone")
    .option('--from <time>', 'ISO 8601, inclusive; default a day before --to', instant)
    .option('--to <time>', 'ISO 8601, exclusive; default now', instant)
    .option('--json', 'print one JSON object')
    .action(whatIf);
};

async function whatIf(path: string, { formula: file, from, to = Date.now(), json }: WhatIfOptions): Promise<void> {
  const span = { from: from ?? to - DAY_MS, to };
  if (span.from >= to) return refuse('--from must lie before --to', 2);
  const { drivers: kinds } = await import('#drivers/registry.ts');
  const loaded = loadSite(path, { kinds });
  if (!loaded.ok) return refuse(loaded.errors.map(formatFinding).join('\n'), 1);
  const { config } = loaded;
  const level = config.derivations.flatMap((one) => (one.kind === 'warningLevel' ? [one.definition] : []))[0];
  if (!level) return refuse(`${path} has no warning level; see "warningLevel:" in config/README.md`, 1);
  const other = file === undefined ? undefined : loadFormula(resolve(file), file);
  if (other && 'faults' in other) return refuse(other.faults.join('\n'), 1);
  const formulas: readonly WarningFormula[] = [level.formula, ...(other ? [other.formula] : [])];
  const tables = openForReading(config.journal.directory);
  try {
    const results = formulas.map((formula) => ({
      formula: `${formula.id}@${formula.version}`,
      changes: replayColours({ ...level, formula }, { tables, points: config.points, alarms: config.alarms }, span),
    }));
    const clock = zoned(config.site.timezone);
    console.log(
      json
        ? JSON.stringify({ ...span, results }, undefined, 2)
        : results.map((one) => whatIfText(one, clock)).join('\n'),
    );
  } finally {
    tables.close();
  }
}

function whatIfText(
  { formula, changes }: { readonly formula: string; readonly changes: readonly ColourChange[] },
  clock: (time: number) => string,
): string {
  const counts = warningColours.map(
    (colour) => `${changes.filter(({ text }) => text.includes(` ${colour} because`)).length} to ${colour}`,
  );
  return [`by ${formula}: ${counts.join(', ')}`, ...changes.map(({ time, text }) => `  ${clock(time)}  ${text}`)].join(
    '\n',
  );
}
