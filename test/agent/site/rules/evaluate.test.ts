import { Environment } from '@marcbachmann/cel-js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bad, GOOD, uncertain } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import { pointId } from '#agent/model/ids.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import { compile, UNKNOWN } from '#agent/site/rules/evaluate.ts';
import type { RuleValue } from '#agent/site/rules/evaluate.ts';
import { parseRule } from '#config/derived/rules/language.ts';
import { translate } from '#config/derived/rules/translate.ts';

const sampleOf = (point: string, value: SampleValue, quality: Quality): Sample => ({
  point: pointId(point),
  value,
  quality,
  sourceTime: 0,
  receiveTime: 0,
  flags: 0,
});

/** What a rule says while its points are so. */
function verdict(text: string, points: Readonly<Record<string, SampleValue | Quality>>): RuleValue {
  const parsed = parseRule(text);
  if (!('ast' in parsed)) throw new Error(parsed.fault.what);
  const { when, inputs, faults } = translate(parsed.ast);
  expect(faults).toEqual([]);
  const names = [...inputs.keys()];
  const samples = names.map((name) => {
    const given = points[name];
    if (given === undefined) return undefined;
    return typeof given === 'object' && given !== null ? sampleOf(name, 5, given) : sampleOf(name, given, GOOD);
  });
  return compile(when)({ sample: (input) => samples[input], figure: () => UNKNOWN });
}

const lost = bad('comm-lost');
const over = uncertain('over-range');

describe('a rule over points that are not known', () => {
  it.each([
    ['value("A") > 1', UNKNOWN],
    ['!(value("A") > 1)', UNKNOWN],
    ['value("A") > 1 || value("B") > 1', true],
    ['value("B") > 1 || value("A") > 1', true],
    ['value("A") > 1 && value("B") > 1', UNKNOWN],
    ['value("A") > 1 && value("B") < 1', false],
    ['value("B") < 1 && value("A") > 1', false],
    ['value("A") > 1 ? true : true', UNKNOWN],
    ['value("B") > 1 ? true : value("A") > 1', true],
    ['value("A") in [1, 2]', UNKNOWN],
    ['2 in [value("A"), value("B")]', true],
    ['3 in [value("A"), value("B")]', UNKNOWN],
    ['good("A") || known("A")', false],
    ['good("O")', false],
    ['known("O")', true],
    ['value("O") > 1', UNKNOWN],
    ['reading("O") > 1', true],
    ['reading("A") > 1', UNKNOWN],
    ['atLeast(2, value("A") > 1, value("B") > 1, value("C") > 1)', true],
    ['atLeast(2, value("A") > 1, value("B") > 9, value("C") > 9)', false],
    ['atLeast(2, value("A") > 1, value("B") > 1, value("C") > 9)', UNKNOWN],
    ['good("never")', UNKNOWN],
    ['value("B") / 0.0 > 1', UNKNOWN],
    ['value("B") == "2"', UNKNOWN],
    ['value("S").startsWith("run") && value("S") != "running!"', true],
  ])('%s is %s', (text, expected) => {
    expect(verdict(text, { A: lost, O: over, B: 2, C: 3, S: 'running' })).toBe(expected);
  });
});

describe('a rule', () => {
  const unknown = new Error('unknown');
  const points = {
    a: fc.option(fc.double({ noNaN: true, min: -50, max: 50 })),
    b: fc.option(fc.integer({ min: -9, max: 9 })),
    s: fc.option(fc.boolean()),
  };

  const { number } = fc.letrec<{ number: string }>((tie) => ({
    number: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('value("a")', 'value("b")', '1.5', '-2.0', '0.0', '7.25'),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number'))
        .map((parts) => `(${parts.join(' ')})`),
      tie('number').map((one) => `(-${one})`),
    ),
  }));

  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('value("s")', 'true', 'false'),
      fc.tuple(number, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), number).map((parts) => parts.join(' ')),
      fc.tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition')).map((parts) => `(${parts.join(' ')})`),
      tie('condition').map((one) => `!(${one})`),
      fc
        .tuple(tie('condition'), tie('condition'), tie('condition'))
        .map(([test, yes, no]) => `(${test} ? ${yes} : ${no})`),
    ),
  }));

  it('says what the language says, where an error of the language is what we do not know', () => {
    fc.assert(
      fc.property(condition, fc.record(points), (text, given) => {
        const parsed = parseRule(text);
        fc.pre('ast' in parsed);
        const environment = new Environment().registerFunction('value(string): dyn', (name: 'a' | 'b' | 's') => {
          const value = given[name];
          if (value === null) throw unknown;
          return value;
        });
        let expected: unknown;
        try {
          expected = environment.evaluate(text);
        } catch {
          expected = UNKNOWN;
        }
        const said = verdict(text, given);
        // The language knows infinity and NaN; a rule that divides by zero knows nothing.
        if (text.includes('/') && said === UNKNOWN) return;
        expect(said).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('never changes its mind when more becomes known', () => {
    fc.assert(
      fc.property(condition, fc.record(points), (text, given) => {
        fc.pre('ast' in parseRule(text));
        const all = { a: given.a ?? 1, b: given.b ?? 2, s: given.s ?? true };
        const partial = verdict(
          text,
          Object.fromEntries(Object.entries(given).map(([key, value]) => [key, value ?? lost])),
        );
        fc.pre(partial !== UNKNOWN);
        expect(verdict(text, all)).toBe(partial);
      }),
      { numRuns: 1000 },
    );
  });
});
