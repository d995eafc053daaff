import type { Command } from 'commander';
import { journalPlace } from './journal-place.ts';
import { reconciliation } from './registers/reconcile.ts';

/** `firewatch registers reconcile`: what a platform has and lacks of what people keep, record by record. */
export const command = (program: Command): void => {
  const registers = program.command('registers').description('registers and permits at the platforms that take them');
  registers
    .command('reconcile')
    .description('what a platform has and lacks, by record; exit 1 if it lacks anything')
    .argument(...journalPlace)
    .argument('<receiver>', 'id of a receiver of kind platform')
    .option('--against <file>', "the platform's own list, JSON or CSV with the columns message and id")
    .option('--all', 'list what is there too')
    .option('--json', 'print one JSON object')
    .action(reconciliation);
};
