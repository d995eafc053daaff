import { describe, expect, it } from 'vitest';
import { tellRules } from '#agent/cli/rules/explain.ts';

const today = Date.parse('2026-11-24T12:00:00+08:00');

describe('firewatch rules explain', () => {
  it('says of one number where it comes from, what it rests on and from when it holds', () => {
    expect(tellRules('special-work.gas.combustible-limit', today, false)).toEqual({
      isGood: true,
      text: expect.stringContaining('lel-at-least-boundary 0.5, lel-below-boundary 0.2 %VOL'),
    });
    const { text } = tellRules('special-work.gas.combustible-limit', today, false);
    expect(text).toContain('from        GB 30871-2022 第5章 (pack gb-30871-2022)');
    expect(text).toContain('rests on    known-well');
    expect(text).toContain('in force    from 2022-10-01\n');
  });

  it('says that a number did not hold on a day before its standard', () => {
    const { text } = tellRules('special-work.guardian-distance', Date.parse('2026-06-30T12:00:00+08:00'), false);
    expect(text).toContain('in force    from 2026-07-01; NOT on 2026-06-30');
  });

  it('explains all that begin alike, lists all without a name, and prints JSON', () => {
    expect(tellRules('headcount', today, false).text).toMatch(
      /headcount\.high-risk-workplace: 10\n[^]*headcount\.maintenance-area: 6\n/,
    );
    expect(tellRules(undefined, today, false).text.split('\n').length).toBeGreaterThan(40);
    expect(JSON.parse(tellRules('gas-alarm.oxygen', today, true).text)).toMatchObject([
      { id: 'gas-alarm.oxygen', value: { low: 19.5, high: 23.5 }, confidence: 'known-well' },
    ]);
  });

  it('says which one was meant', () => {
    expect(tellRules('gas-alarm.oxigen', today, false)).toEqual({
      isGood: false,
      text: 'there is no rule "gas-alarm.oxigen"; did you mean "gas-alarm.oxygen"?',
    });
  });
});
