import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { citationOf, ruleAt, ruleMs, ruleNumber } from '#agent/model/standard-rule.ts';
import { Findings, formatFinding } from '#config/findings.ts';
import { readPacks, shippedPacks } from '#config/rules/load-packs.ts';

const at = (day: string): number => Date.parse(`${day}T12:00:00+08:00`);

function packsOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'firewatch-packs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const findings = new Findings();
  const loaded = readPacks(folder, 'packs', findings);
  return { ...loaded, faults: findings.errors([]).map(formatFinding) };
}

const pack = (id: string, days: string, value: number | string): string => `id: ${id}
standard: ${id.toUpperCase()}
title: { zh: 标准, en: standard }
source: a test
confidence: secondary
${days}
rules:
  - { id: gas.limit, about: { zh: 限值, en: limit }, value: ${value}, unit: h }
`;

describe('the rule packs that come with it', () => {
  const { rules, packs } = shippedPacks();

  it('hold the numbers of special work with where they come from', () => {
    const validity = ruleAt(rules, 'special-work.validity.hot-work', at('2026-01-01'));
    expect(ruleMs(validity, '2')).toBe(72 * 3_600_000);
    expect(ruleMs(validity, 'special')).toBe(8 * 3_600_000);
    expect(validity && citationOf(validity)).toBe('GB 30871-2022 第5章 (known-well)');
    const limit = ruleAt(rules, 'special-work.gas.combustible-limit', at('2026-01-01'));
    expect([ruleNumber(limit, 'lel-below-boundary'), limit?.unit]).toEqual([0.2, '%VOL']);
  });

  it('say in both languages what each number is, and claim no official text that was not quoted', () => {
    expect(packs.length).toBeGreaterThan(0);
    const isTold = ({ about }: { readonly about: { readonly zh: string; readonly en: string } }) =>
      /\p{Script=Han}/u.test(about.zh) && about.en !== '' && !/\p{Script=Han}/u.test(about.en);
    expect(rules.filter((rule) => !isTold(rule)).map(({ id }) => id)).toEqual([]);
    expect(packs.filter(({ confidence }) => confidence === 'official').map(({ id }) => id)).toEqual([
      'lu-an-fa-2023-13',
    ]);
  });
});

describe('a rule', () => {
  it('is chosen by the day, China time, and by none outside its days', () => {
    const { rules, faults } = packsOf({
      'old-2019.yaml': pack('old-2019', 'effectiveFrom: 2019-01-01\neffectiveTo: 2026-07-01', 8),
      'new-2026.yaml': pack('new-2026', 'effectiveFrom: 2026-07-01', 4),
    });
    expect(faults).toEqual([]);
    const valueAt = (time: string) => ruleNumber(ruleAt(rules, 'gas.limit', Date.parse(time)));
    expect(valueAt('2018-12-31T23:59:59+08:00')).toBeUndefined();
    expect(valueAt('2019-01-01T00:00:00+08:00')).toBe(8);
    expect(valueAt('2026-06-30T23:59:59+08:00')).toBe(8);
    expect(valueAt('2026-07-01T00:00:00+08:00')).toBe(4);
  });

  it('that two packs have for one day is a fault, told where it stands', () => {
    const { faults } = packsOf({
      'a.yaml': pack('a', 'effectiveFrom: 2019-01-01', 8),
      'b.yaml': pack('b', 'effectiveFrom: 2026-07-01', 4),
    });
    expect(faults).toEqual([
      'packs/b.yaml:8:5 rules[0]: gas.limit is in force in a too; what happens is judged by the one rule of its day; give the older one effectiveTo, or another id',
    ]);
  });

  it('with a wrong key, a wrong mark, or in a file of another name is a fault with its place', () => {
    const { faults } = packsOf({
      'c.yaml': pack('other', 'effectiveFrom: 2019-01-01', 8),
      'd.yaml': pack('d', 'effectiveform: 2019-01-01', 8).replace('secondary', 'certain'),
      'e.yaml': pack('e', 'effectiveFrom: 2020-01-01\neffectiveTo: 2019-01-01', 1).replace('gas.limit', 'gas.other'),
    });
    expect(faults).toHaveLength(5);
    expect(faults.join('\n')).toContain('packs/c.yaml:1:5 id: the file c.yaml has the pack other');
    expect(faults.join('\n')).toContain('did you mean "effectiveFrom"?');
    expect(faults.join('\n')).toContain('packs/e.yaml:9:5 rules[0]: gas.other ends before it begins');
  });

  it('that is no time has no milliseconds, and a table no number of its own', () => {
    const { rules } = packsOf({
      'a.yaml': pack('a', 'effectiveFrom: 2019-01-01', '{ x: 1 }').replace('unit: h', 'unit: m'),
    });
    const [rule] = rules;
    expect([ruleNumber(rule), ruleNumber(rule, 'x'), ruleNumber(rule, 'toString'), ruleMs(rule, 'x')]).toEqual([
      undefined,
      1,
      undefined,
      undefined,
    ]);
  });
});
