import type { Command } from 'commander';
import { readFileSync, writeFileSync } from 'node:fs';
import { auditOfChanges } from '#agent/alarms/definition-changes.ts';
import { alarmFigures } from '#agent/alarms/figures.ts';
import { exportAlarms, importAlarms } from '#agent/alarms/master-database.ts';
import { readMemory } from '#agent/alarms/read-memory.ts';
import { openForReading } from '#agent/journal/store.ts';
import type { Tables } from '#agent/journal/store.ts';
import type { AlarmTransition } from '#agent/model/alarm.ts';
import { ALARM_SCOPE } from '#agent/line/ledger.ts';
import { recordsIn } from '#agent/line/recorded.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import type { SiteConfig } from '#config/site.ts';
import type { SourceKind } from '#config/source-kind.ts';
import { reportCommand } from './alarms/report.ts';
import { changeText, figuresText, standing, standingText } from './alarms-text.ts';
import { instant } from './instant.ts';
import { writeAlarms } from './write-alarms.ts';

interface JsonOption {
  readonly json?: true;
}

/** `firewatch alarms list|figures|report|export|import`: what stands, how good the alarms are, and their master database. */
export const command = (program: Command): void => {
  const alarms = program.command('alarms').description('what stands, how good the alarms are, their master database');
  const site = ['<site>', 'site file (YAML)'] as const;
  alarms
    .command('list')
    .description(
      'alarms that are not normal, or are shelved, suppressed or out of service; reads beside a running agent',
    )
    .argument(...site)
    .option('--json', 'print one JSON object')
    .action(list);
  alarms
    .command('figures')
    .description('rates, floods, chattering, stale and most frequent alarms, by ISA-18.2 / IEC 62682')
    .argument(...site)
    .option('--from <time>', 'ISO 8601, inclusive; default a day before --to', instant)
    .option('--to <time>', 'ISO 8601, exclusive; default now', instant)
    .option('--group <name>', 'alarms of this operator position alone')
    .option('--json', 'print one JSON object')
    .action(figures);
  reportCommand(alarms);
  alarms
    .command('export')
    .description('write the master alarm database as CSV')
    .argument(...site)
    .argument('[file]', 'a new file; default standard output')
    .action(exportation);
  alarms
    .command('import')
    .description('put the settings of a master alarm database into the YAML files of the site, or nothing at all')
    .argument(...site)
    .argument('<file>', 'CSV as export writes it')
    .option('--check', 'only tell what would change; exit 1 if anything would')
    .action(importation);
};

async function list(path: string, { json }: JsonOption): Promise<void> {
  await withSite(path, ({ config }) => {
    withTables(config, (tables) => {
      const { memory, unreadable } = readMemory(tables.state.scope(ALARM_SCOPE));
      const found = standing(memory, Date.now());
      console.log(json ? JSON.stringify({ alarms: found, unreadable }, undefined, 2) : standingText(found).join('\n'));
      for (const text of json ? [] : unreadable) console.error(text);
    });
  });
}

interface FiguresOptions extends JsonOption {
  readonly from?: number;
  readonly to?: number;
  readonly group?: string;
}

const DAY_MS = 86_400_000;

async function figures(path: string, { from: asked, to = Date.now(), group, json }: FiguresOptions): Promise<void> {
  const from = asked ?? to - DAY_MS;
  if (from >= to) {
    console.error('--from must lie before --to');
    process.exitCode = 2;
    return;
  }
  await withSite(path, ({ config }) => {
    const ids = new Set(config.alarms.filter((alarm) => alarm.group === group).map(({ id }) => id));
    withTables(config, (tables) => {
      const transitions = [...transitionsOf(tables)].filter(({ alarm }) => group === undefined || ids.has(alarm));
      const found = alarmFigures(transitions, { from, to });
      console.log(json ? JSON.stringify(found, undefined, 2) : figuresText(found, config.site.timezone).join('\n'));
    });
  });
}

async function exportation(path: string, file: string | undefined): Promise<void> {
  await withSite(path, ({ config }) => {
    const csv = exportAlarms(config.alarms);
    if (file === undefined) process.stdout.write(csv);
    else {
      writeFileSync(file, csv, { flag: 'wx' });
      console.log(`${file}: ${config.alarms.length} alarms`);
    }
  });
}

async function importation(path: string, file: string, { check }: { readonly check?: true }): Promise<void> {
  await withSite(path, ({ config, kinds }) => {
    const imported = importAlarms(readFileSync(file, 'utf8'));
    if (!imported.ok) {
      for (const { line, column, what } of imported.faults)
        console.error(`${file}:${line}${column === undefined ? '' : ` ${column}`}: ${what}`);
      process.exitCode = 1;
      return;
    }
    const changes = auditOfChanges(config.alarms, imported.definitions, { who: file, time: Date.now() });
    for (const change of changes) console.log(changeText(change));
    if (check) {
      process.exitCode = changes.length === 0 ? 0 : 1;
      return;
    }
    const problems = writeAlarms({ path, config, kinds, definitions: imported.definitions });
    for (const problem of problems) console.error(problem);
    console.log(
      problems.length > 0 ? `${path}: nothing was changed` : `${path}: ${changes.length} alarms changed from ${file}`,
    );
    process.exitCode = problems.length > 0 ? 1 : 0;
  });
}

interface LoadedSite {
  readonly config: SiteConfig;
  readonly kinds: readonly SourceKind[];
}

async function withSite(path: string, use: (site: LoadedSite) => void): Promise<void> {
  const { drivers: kinds } = await import('#drivers/registry.ts');
  const loaded = loadSite(path, { kinds });
  if (loaded.ok) {
    use({ config: loaded.config, kinds });
    return;
  }
  for (const error of loaded.errors) console.error(formatFinding(error));
  process.exitCode = 1;
}

function withTables({ journal }: SiteConfig, use: (tables: Tables) => void): void {
  const tables = openForReading(journal.directory);
  try {
    use(tables);
  } finally {
    tables.close();
  }
}

function* transitionsOf(tables: Tables): Iterable<AlarmTransition> {
  for (const { body } of recordsIn(tables, 'alarm')) yield body as AlarmTransition;
}
