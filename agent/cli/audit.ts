import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { auditEntries, auditLines } from '#agent/journal/export-audit.ts';
import type { ChainedEntry } from '#agent/journal/export-audit.ts';
import { verifyStream } from '#agent/journal/verify.ts';
import { auditText, chainText, keptLinksIn, linksThatDiffer } from './audit-text.ts';
import { instant } from './instant.ts';
import { journalPlace, withTables } from './journal-place.ts';
import { writeLines } from './write-lines.ts';

interface Span {
  readonly from: number;
  readonly to: number;
}

/** `firewatch audit list|export|verify`: who did what, read beside a running agent. */
export const command = (program: Command): void => {
  const audit = program.command('audit').description('who did what: acknowledged, shelved, changed, signed in');
  const spanned = (name: string): Command =>
    audit
      .command(name)
      .argument(...journalPlace)
      .option('--from <time>', 'ISO 8601, inclusive', instant, -Infinity)
      .option('--to <time>', 'ISO 8601, exclusive', instant, Infinity);
  spanned('list')
    .description('entries, the newest last')
    .option('--who <text>', 'only of accounts whose name contains this')
    .option('--action <text>', 'only actions that begin with this, such as page. or acknowledge')
    .option('--last <number>', 'at most so many', count, 100)
    .option('--json', 'one JSON object an entry and line')
    .action(list);
  spanned('export')
    .description('write every entry with its link of the hash chain to a new file')
    .argument('<file>', 'ends with .csv or .jsonl')
    .action(exportation);
  audit
    .command('verify')
    .description('recompute the hash chain; exit 1 if an entry was changed or is missing without a reason')
    .argument(...journalPlace)
    .option('--against <file>', 'an export kept elsewhere: its links must be those of the journal')
    .option('--json', 'print one JSON object')
    .action(verification);
};

interface ListOptions extends Span {
  readonly who?: string;
  readonly action?: string;
  readonly last: number;
  readonly json?: true;
}

async function list(site: string, options: ListOptions): Promise<void> {
  const { who = '', action = '', last, json } = options;
  await withTables(site, (tables) => {
    const found: ChainedEntry[] = [];
    for (const entry of auditEntries(tables, options)) {
      if (!entry.who.toLowerCase().includes(who.toLowerCase()) || !entry.action.startsWith(action)) continue;
      found.push(entry);
      if (found.length > last) found.shift();
    }
    for (const entry of found) console.log(json ? JSON.stringify(entry) : auditText(entry));
    if (found.length === 0) console.error('no entry');
    process.exitCode = found.length > 0 ? 0 : 1;
  });
}

async function exportation(site: string, file: string, span: Span): Promise<void> {
  const [, ending] = /\.(csv|jsonl)$/.exec(file) ?? [];
  if (ending !== 'csv' && ending !== 'jsonl') {
    console.error(`export to ${file}: the name must end with .csv or .jsonl`);
    process.exitCode = 2;
    return;
  }
  await withTables(site, async (tables) => {
    const lines = await writeLines(auditLines(tables, span, ending), file);
    console.log(`${file}: ${ending === 'csv' ? lines - 1 : lines} entries`);
  });
}

async function verification(
  site: string,
  { against, json }: { readonly against?: string; readonly json?: true },
): Promise<void> {
  const kept = against === undefined ? undefined : keptLinksIn(readFileSync(against, 'utf8'));
  await withTables(site, (tables) => {
    const { isSound, ...chain } = verifyStream(tables, 'audit');
    const differ = kept && linksThatDiffer(kept, auditEntries(tables, { from: -Infinity, to: Infinity }), chain.first);
    const isGood = isSound && (differ?.length ?? 0) === 0;
    if (json) console.log(JSON.stringify({ isSound: isGood, ...chain, ...(differ && { differ }) }, undefined, 2));
    else
      for (const line of chainText({ ...chain, isSound }, kept && { kept: kept.size, differ: differ ?? [] }))
        console.log(line);
    process.exitCode = isGood ? 0 : 1;
  });
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('Expected a whole number from 1.');
  return number;
}
