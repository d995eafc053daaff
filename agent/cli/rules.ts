import type { Command } from 'commander';
import { explainCommand } from './rules/explain.ts';
import { testCommand } from './rules/test.ts';
import { whatIfCommand } from './rules/what-if.ts';

/** `firewatch rules …`: where limits come from, and what a rule would have done. */
export const command = (program: Command): void => {
  const rules = program.command('rules').description('numbers of standards, and what a composite rule would have done');
  explainCommand(rules);
  testCommand(rules);
  whatIfCommand(rules);
};
