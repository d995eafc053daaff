import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readHistory } from '../history.ts';
import type { BenchRun, RecordedResult } from '../history.ts';
import { causes } from './causes.ts';
import { figuresSection, withSection } from './section.ts';

const result = (name: string, more: Partial<RecordedResult> = {}): RecordedResult => ({
  bench: 'line',
  name,
  unit: 'ms',
  target: '≤ 10',
  measured: 5,
  reference: null,
  ratio: null,
  ok: true,
  ...more,
});

const run = (time: string, results: readonly RecordedResult[]): BenchRun => ({
  time,
  commit: time.slice(8),
  machine: 'M',
  load: 0.5,
  command: 'npm run bench -- --record',
  results,
});

test.each([
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
] as const)('%s shows exactly the recorded figures: run node test/bench/figures/main.ts', (name, language) => {
  const readme = readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');
  expect(withSection(readme, figuresSection(readHistory(), causes, language))).toBe(readme);
});

test('a benchmark is shown by its last run alone, and one that was run before stays', () => {
  const section = figuresSection(
    [
      run('2026-01-01', [result('line old'), result('other a', { bench: 'other', measured: 7 })]),
      run('2026-01-02', [result('line new', { measured: 6 })]),
    ],
    {},
    'en',
  );
  expect(section).toContain('| ✓ | line new | ms | ≤ 10 | 6 |  |  | `line` |');
  expect(section).toContain('| ✓ | other a | ms | ≤ 10 | 7 |  |  | `other` |');
  expect(section).not.toContain('line old');
  expect(section).toContain('2026-01-01, commit 01');
});

test('what falls short is named with its cause, in both languages', () => {
  const history = [run('2026-01-01', [result('a', { ok: false }), result('b', { ok: false })])];
  const known = { a: { en: 'the disk', zh: '磁盘' } };
  expect(figuresSection(history, known, 'en')).toContain('- a: the disk\n- b: the cause is not known yet');
  expect(figuresSection(history, known, 'zh')).toContain('- a: 磁盘\n- b: 原因尚未查明');
});
