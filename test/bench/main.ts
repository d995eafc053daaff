import { readdir } from 'node:fs/promises';
import { readHistory, recordRun, runOf } from './history.ts';
import { rounded, table } from './table.ts';
import type { RecordedResult } from './history.ts';
import type { BenchResult } from './result.ts';

/**
 * `npm run bench -- [--json] [--record] [NAME…]`: runs the named benchmarks (files of this folder, without `.ts`), or all.
 * A benchmark file exports `bench(): Promise<BenchResult[]>` and prints nothing itself. `--record` adds the figures to
 * history.ndjson, with which the next run is compared and of which README's table of figures is made (figures/main.ts).
 */
const notBenchmarks = new Set(['main.ts', 'result.ts', 'history.ts', 'table.ts']);

const args = process.argv.slice(2);
const asJson = args.includes('--json');
const asked = args.filter((arg) => !arg.startsWith('--'));
const files = (await readdir(new URL('.', import.meta.url))).filter(
  (file) => file.endsWith('.ts') && !notBenchmarks.has(file),
);
const known = files.map((file) => file.slice(0, -'.ts'.length));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no benchmark named ${unknown.join(', ')}; there are: ${known.join(', ')}\n`);
  process.exit(2);
}

const results: RecordedResult[] = [];
for (const name of asked.length > 0 ? asked : known) {
  process.stderr.write(`${name} …\n`);
  const module = (await import(new URL(`${name}.ts`, import.meta.url).href)) as {
    bench?: () => Promise<BenchResult[]>;
  };
  if (!module.bench) continue;
  for (const result of await module.bench().catch((cause: unknown) => [broken(name, cause)])) {
    results.push({ bench: name, ...result });
    if (!asJson) process.stdout.write(`${row(result)}\n`);
  }
}
const run = runOf(results, ['npm run bench --', ...args].join(' ').trim());
if (asJson) process.stdout.write(`${JSON.stringify(results.map(promised), null, 2)}\n`);
else process.stdout.write(`\n${table(results, run, readHistory())}\n`);
if (args.includes('--record')) recordRun(run);
process.exit(results.every((result) => result.ok) ? 0 : 1);

/** A benchmark that could not be carried out is a row that failed, and the others go on. */
function broken(name: string, cause: unknown): BenchResult {
  process.stderr.write(`${cause instanceof Error ? cause.stack : String(cause)}\n`);
  return {
    name: `${name} could be carried out`,
    unit: 'runs',
    target: '1',
    measured: 0,
    reference: null,
    ratio: null,
    ok: false,
  };
}

/** As whoever reads the JSON was promised it. */
function promised({ name, unit, target, measured, reference, ratio, ok }: RecordedResult): BenchResult {
  return { name, unit, target, measured, reference, ratio, ok };
}

function row({ name, unit, target, measured, reference, ratio, ok }: BenchResult): string {
  const beside = reference === null ? '' : `  reference ${rounded(reference)}, ratio ${rounded(ratio ?? NaN)}`;
  return `${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(40)} ${rounded(measured)} ${unit} (target ${target})${beside}`;
}
