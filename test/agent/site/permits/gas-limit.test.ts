import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import { judgeGas } from '#agent/site/permits/gas-limit.ts';
import { ruleInForce } from '#config/rules/load-packs.ts';
import { knownGases } from '#config/derived/permits/work-tables.ts';

const rows: Record<'gas' | 'value' | 'unit' | 'verdict' | 'why', string>[] = parse(
  readFileSync(join(import.meta.dirname, 'gas-limits.csv'), 'utf8'),
  { columns: true },
);

it.each(rows)('$value $unit of $gas is $verdict', ({ gas, value, unit, verdict, why }) => {
  const judged = judgeGas({ gas, value: Number(value), unit }, knownGases, ruleInForce);
  expect(judged.is).toBe(verdict);
  expect(judged.why.en).toContain(why);
});
