import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { backUp, restore } from '#agent/journal/backup.ts';
import { auditLines } from '#agent/journal/export-audit.ts';
import { csvLines, exportSqlite } from '#agent/journal/export.ts';
import type { ExportQuery } from '#agent/journal/export.ts';
import { drainSeconds, readStatus } from '#agent/journal/status.ts';
import { endsOf } from '#agent/journal/store.ts';
import { verify } from '#agent/journal/verify.ts';
import { pointId } from '#agent/model/ids.ts';
import { instant } from './instant.ts';
import { addQuarantine } from './journal-quarantine.ts';
import { addResend } from './journal-resend.ts';
import { journalPlace, placeOf, withTables } from './journal-place.ts';
import { verdictText, statusText } from './journal-text.ts';
import { writeLines } from './write-lines.ts';

interface JsonOption {
  readonly json?: true;
}

/**
 * `firewatch journal status|verify|export|backup|restore|resend|quarantine`: reads beside a running agent; restore and resend want it
 * stopped.
 */
export const command = (program: Command): void => {
  const journal = program.command('journal').description('the buffer of a site: how much, how sound, copies of it');
  journal
    .command('status')
    .description('records, rate, hours of buffer, oldest record and last gap')
    .argument(...journalPlace)
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
    .argument(...journalPlace)
    .option('--json', 'print one JSON object')
    .action(verification);
  journal
    .command('export')
    .description('copy samples (and with .sqlite all records), or the audit, to a new file')
    .argument(...journalPlace)
    .argument('<file>', 'ends with .csv or .sqlite; with --audit .csv or .jsonl')
    .option('--audit', 'who did what, each line with its link of the chain')
    .option('--from <time>', 'ISO 8601, inclusive', instant, -Infinity)
    .option('--to <time>', 'ISO 8601, exclusive', instant, Infinity)
    .option('--points <ids...>', 'these points alone')
    .action(exportation);
  journal
    .command('backup')
    .description('copy the journal to one file while the agent runs')
    .argument(...journalPlace)
    .argument('<file>', 'a new file')
    .action(async (site: string, file: string) => {
      await withTables(site, (tables) => backUp(tables, file));
      console.log(`${file}: ${statSync(file).size} bytes`);
    });
  journal
    .command('restore')
    .description('put a backup in the place of the journal; the agent must be stopped')
    .argument(...journalPlace)
    .argument('<file>', 'made by journal backup')
    .action(async (site: string, file: string) => {
      const { directory } = await placeOf(site);
      restore(file, directory, Date.now());
      console.log(`${directory}: ${file} is in place; the next start reports what lies between`);
    });
  addResend(journal);
  addQuarantine(journal, {
    place: journalPlace,
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

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Expected a number above 0.');
  return number;
}
