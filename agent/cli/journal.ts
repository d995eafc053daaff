import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { createWriteStream, statSync } from 'node:fs';
import { once } from 'node:events';
import { backUp, restore } from '#agent/journal/backup.ts';
import { auditLines } from '#agent/journal/export-audit.ts';
import { csvLines, exportSqlite } from '#agent/journal/export.ts';
import type { ExportQuery } from '#agent/journal/export.ts';
import { drainSeconds, readStatus } from '#agent/journal/status.ts';
import { endsOf, openForReading } from '#agent/journal/store.ts';
import type { Tables } from '#agent/journal/store.ts';
import { verify } from '#agent/journal/verify.ts';
import { pointId } from '#agent/model/ids.ts';
import { formatFinding } from '#config/findings.ts';
import { addQuarantine } from './journal-quarantine.ts';
import { verdictText, statusText } from './journal-text.ts';

interface JsonOption {
  readonly json?: true;
}

/** `firewatch journal status|verify|export|backup|restore|quarantine`: reads beside a running agent; restore wants it stopped. */
export const command = (program: Command): void => {
  const journal = program.command('journal').description('the buffer of a site: how much, how sound, copies of it');
  const place = ['<site>', 'site file (YAML), or the directory of its journal'] as const;
  journal
    .command('status')
    .description('records, rate, hours of buffer, oldest record and last gap')
    .argument(...place)
    .option('--json', 'print one JSON object')
    .option(
      '--drain-rate <number>',
      'samples a second that a receiver takes: tells how long all of it would need',
      positive,
    )
    .action(status);
  journal
    .command('verify')
    .description('read everything: checksums, chain, numbers without a hole; exit 1 if something is wrong')
    .argument(...place)
    .option('--json', 'print one JSON object')
    .action(verification);
  journal
    .command('export')
    .description('copy samples (and with .sqlite all records), or the audit, to a new file')
    .argument(...place)
    .argument('<file>', 'ends with .csv or .sqlite; with --audit .csv or .jsonl')
    .option('--audit', 'who did what, each line with its link of the chain')
    .option('--from <time>', 'ISO 8601, inclusive', instant, -Infinity)
    .option('--to <time>', 'ISO 8601, exclusive', instant, Infinity)
    .option('--points <ids...>', 'these points alone')
    .action(exportation);
  journal
    .command('backup')
    .description('copy the journal to one file while the agent runs')
    .argument(...place)
    .argument('<file>', 'a new file')
    .action(async (site: string, file: string) => {
      await withTables(site, (tables) => backUp(tables, file));
      console.log(`${file}: ${statSync(file).size} bytes`);
    });
  journal
    .command('restore')
    .description('put a backup in the place of the journal; the agent must be stopped')
    .argument(...place)
    .argument('<file>', 'made by journal backup')
    .action(async (site: string, file: string) => {
      const { directory } = await placeOf(site);
      restore(file, directory, Date.now());
      console.log(`${directory}: ${file} is in place; the next start reports what lies between`);
    });
  addQuarantine(journal, {
    place,
    withTables,
    directoryOf: async (site) => (await placeOf(site)).directory,
  });
};

async function status(site: string, options: JsonOption & { readonly drainRate?: number }): Promise<void> {
  const { maxBytes } = await placeOf(site);
  await withTables(site, (tables) => {
    const found = readStatus(tables, (stream) => endsOf(tables, stream)?.last ?? 0, maxBytes);
    const { drainRate } = options;
    const drain = drainRate === undefined ? undefined : drainSeconds(found.samples, drainRate, found);
    console.log(
      options.json
        ? JSON.stringify({ ...found, ...(drain === undefined ? {} : { drainSeconds: drain }) }, undefined, 2)
        : statusText(found, drain).join('\n'),
    );
  });
}

async function verification(site: string, options: JsonOption): Promise<void> {
  await withTables(site, (tables) => {
    const verdict = verify(tables);
    console.log(options.json ? JSON.stringify(verdict, undefined, 2) : verdictText(verdict).join('\n'));
    process.exitCode = verdict.isSound ? 0 : 1;
  });
}

interface ExportOptions {
  readonly audit?: true;
  readonly from: number;
  readonly to: number;
  readonly points?: readonly string[];
}

async function exportation(site: string, file: string, options: ExportOptions): Promise<void> {
  const { from, to, points, audit } = options;
  const query: ExportQuery = { from, to, ...(points ? { points: new Set(points.map(pointId)) } : {}) };
  const [, ending] = /\.(csv|sqlite|jsonl)$/.exec(file) ?? [];
  if (ending === undefined || ending === (audit ? 'sqlite' : 'jsonl')) {
    console.error(`export to ${file}: the name must end with .csv or ${audit ? '.jsonl' : '.sqlite'}`);
    process.exitCode = 2;
    return;
  }
  await withTables(site, async (tables) => {
    if (audit) {
      const lines = await writeLines(auditLines(tables, query, ending === 'csv' ? 'csv' : 'jsonl'), file);
      console.log(`${file}: ${ending === 'csv' ? lines - 1 : lines} entries`);
      return;
    }
    if (ending === 'csv') {
      console.log(`${file}: ${(await writeLines(csvLines(tables, query), file)) - 1} samples`);
      return;
    }
    const { samples, records } = exportSqlite(tables, query, file);
    console.log(`${file}: ${samples} samples, ${records} records`);
  });
}

/** Waits where the disk is slower than the journal. Returns how many lines were written. */
async function writeLines(given: Iterable<string>, file: string): Promise<number> {
  const out = createWriteStream(file, { flags: 'wx' });
  const finished = once(out, 'finish');
  let lines = 0;
  for (const line of given) {
    lines += 1;
    if (!out.write(`${line}\n`)) await Promise.race([once(out, 'drain'), finished]);
  }
  out.end();
  await finished;
  return lines;
}

async function withTables(site: string, use: (tables: Tables) => void | Promise<void>): Promise<void> {
  const { directory } = await placeOf(site);
  const tables = openForReading(directory);
  try {
    await use(tables);
  } finally {
    tables.close();
  }
}

/** The site file is asked for its journal; a directory has no limit that we know. */
async function placeOf(site: string): Promise<{ readonly directory: string; readonly maxBytes: number }> {
  if (!/\.ya?ml$/.test(site)) return { directory: site, maxBytes: Infinity };
  const [{ loadSite }, { drivers }] = await Promise.all([
    import('#config/load-site.ts'),
    import('#drivers/registry.ts'),
  ]);
  const loaded = loadSite(site, { kinds: drivers });
  if (!loaded.ok) {
    const [first] = loaded.errors;
    const more = loaded.errorCount > 1 ? ` (firewatch check ${site} lists all ${loaded.errorCount} errors)` : '';
    throw new Error(`${first ? formatFinding(first) : site}${more}`);
  }
  return loaded.config.journal;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return number;
}

function instant(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('Expected a time such as 2026-03-01T08:00:00+08:00.');
  return time;
}
