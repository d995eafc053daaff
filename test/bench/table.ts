import { lastOf } from './history.ts';
import type { BenchRun } from './history.ts';
import type { BenchResult } from './result.ts';

/** One table of everything: target, measured, reference, what it was the last time on such a machine. Markdown. */
export function table(results: readonly BenchResult[], run: BenchRun, history: readonly BenchRun[]): string {
  const head = ['', 'figure', 'target', 'measured', 'reference', 'ratio', 'last time'];
  const rows = results.map(({ name, unit, target, measured, reference, ratio, ok }) => {
    const last = lastOf(history, name, run.machine);
    return [
      ok ? 'ok' : '**FAIL**',
      name,
      `${target} ${unit}`,
      rounded(measured),
      reference === null ? '' : rounded(reference),
      ratio === null ? '' : rounded(ratio),
      last === undefined ? '' : rounded(last),
    ];
  });
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return [
    ...lines,
    '',
    `${run.machine}; load ${run.load.toFixed(1)}; commit ${run.commit}; ${run.time}`,
    `\`${run.command}\``,
  ].join('\n');
}

/** Four digits, or all before the point: nobody reads 1.000e+4. */
export const rounded = (value: number): string =>
  Number.isInteger(value) ? String(value) : Math.abs(value) >= 1000 ? String(Math.round(value)) : value.toPrecision(4);
