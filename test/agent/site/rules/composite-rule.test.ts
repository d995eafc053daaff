import { describe, expect, it } from 'vitest';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { createCompositeRule } from '#agent/site/rules/composite-rule.ts';
import type { RuleMemory } from '#agent/site/rules/memory.ts';
import { readRuleMemory } from '#agent/site/rules/memory.ts';
import { parseRule } from '#config/derived/rules/language.ts';
import { translate } from '#config/derived/rules/translate.ts';

function define(text: string, more: Partial<CompositeRuleDefinition> = {}): CompositeRuleDefinition {
  const parsed = parseRule(text);
  if (!('ast' in parsed)) throw new Error(parsed.fault.what);
  const { when, inputs, windows } = translate(parsed.ast);
  return {
    id: 'rule/R',
    point: pointId('R'),
    text,
    when,
    inputs: [...inputs.keys()].map(pointId),
    windows,
    forMs: 0,
    clearAfterMs: 0,
    repeatMs: 15_000,
    ...more,
  };
}

/** A rule on a clock of the test's own. */
function run(text: string, more: Partial<CompositeRuleDefinition> = {}, memory?: RuleMemory) {
  let now = 1000;
  const definition = define(text, more);
  const rule = createCompositeRule(definition, { now: () => 1_700_000_000_000 + now, monotonic: () => now }, memory);
  let told = '';
  const events: string[] = [];
  const take = (derived: ReturnType<typeof rule.onTick>): string => {
    for (const { value, quality } of derived.samples) told = `${String(value)} ${quality.level}`;
    for (const event of derived.events) events.push(event.text);
    return told;
  };
  return {
    rule,
    events,
    say: (point: string, value: SampleValue, quality: Quality = GOOD, flags = 0) =>
      take(rule.onSamples([{ point: pointId(point), value, quality, sourceTime: 0, receiveTime: 0, flags }])),
    /** Lets time pass, stopping whenever something is due. */
    wait: (ms: number) => {
      const end = now + ms;
      for (let due = rule.nextDue(); due !== undefined && due <= end; due = rule.nextDue()) {
        now = Math.max(now, due);
        take(rule.onTick());
      }
      now = end;
      return told;
    },
  };
}

const lost = bad('comm-lost');

describe('a composite rule', () => {
  it('is raised and lowered as its points say, and says why it was raised', () => {
    const { say, events } = run('value("T") > 85 && value("RUN") == false');
    expect(say('T', 90)).toBe('false uncertain');
    expect(say('RUN', true)).toBe('false good');
    expect(say('RUN', false)).toBe('true good');
    expect(say('T', 80)).toBe('false good');
    expect(events).toEqual(['R: value("T") > 85 && value("RUN") == false; T = 90, RUN = false']);
  });

  it('is held by doubt, and told as uncertain with the reason', () => {
    const { say, rule } = run('value("T") > 85');
    say('T', 90);
    expect(say('T', 20, lost)).toBe('true uncertain');
    expect(rule.onTick().samples.concat(rule.onSamples([]).samples)).toEqual([]);
    expect(say('T', null, bad('stale'))).toBe('true uncertain');
    expect(say('T', 20)).toBe('false good');
    expect(say('T', 95, lost)).toBe('false uncertain');
  });

  it('waits for its time, in which doubt does not count and does not begin anew', () => {
    const { say, wait } = run('value("T") > 85', { forMs: 10_000 });
    say('T', 90);
    expect(wait(6000)).toBe('false good');
    expect(say('T', 90, lost)).toBe('false uncertain');
    expect(wait(60_000)).toBe('false uncertain');
    say('T', 90);
    expect(wait(3900)).toBe('false good');
    expect(wait(200)).toBe('true good');
  });

  it('begins to wait anew when it was false in between, and is lowered after its time', () => {
    const { say, wait } = run('value("T") > 85', { forMs: 10_000, clearAfterMs: 5000 });
    say('T', 90);
    wait(9000);
    say('T', 80);
    say('T', 90);
    expect(wait(9900)).toBe('false good');
    expect(wait(200)).toBe('true good');
    say('T', 80);
    expect(wait(4900)).toBe('true good');
    expect(wait(200)).toBe('false good');
  });

  it('is evaluated when an input has changed, and told again before it goes stale', () => {
    const { rule, say, wait } = run('value("T") > 85');
    say('T', 90);
    const again = rule.onSamples([
      { point: pointId('T'), value: 90, quality: GOOD, sourceTime: 0, receiveTime: 0, flags: 0 },
    ]);
    expect(again).toEqual({ samples: [], events: [] });
    wait(30_000);
    expect((rule.nextDue() ?? 0) - 31_000).toBeLessThanOrEqual(15_000);
  });

  it('carries the flags of its points, those that raised it as long as it stands', () => {
    const { rule, say } = run('value("T") > 85');
    say('T', 90, GOOD, Flag.sim);
    const { samples } = rule.onSamples([
      { point: pointId('T'), value: 20, quality: lost, sourceTime: 0, receiveTime: 0, flags: 0 },
    ]);
    expect(samples).toMatchObject([{ value: true, flags: Flag.sim }]);
  });

  it('takes no notice of what was filled in later', () => {
    const { say } = run('value("T") > 85');
    say('T', 20);
    expect(say('T', 90, GOOD, Flag.backfilled)).toBe('false good');
  });

  it('stands as it stood after a restart until its points are known', () => {
    const { rule, say } = run('value("T") > 85');
    say('T', 90);
    const memory = readRuleMemory(JSON.parse(JSON.stringify(rule.memory())));
    const next = run('value("T") > 85', {}, memory);
    expect(next.wait(1)).toBe('true uncertain');
    expect(next.say('T', 20)).toBe('false good');
    expect(readRuleMemory({ isRaised: 'yes', flags: 0 })).toBeUndefined();
  });
});

describe('a window of a rule', () => {
  it('is not known before it is covered, then follows time alone', () => {
    const { say, wait } = run('avg("T", "1m") > 50');
    expect(say('T', 100)).toBe('false uncertain');
    expect(wait(58_000)).toBe('false uncertain');
    expect(wait(3000)).toBe('true good');
    say('T', 0);
    expect(wait(25_000)).toBe('true good');
    expect(wait(10_000)).toBe('false good');
  });

  it('has its largest and smallest value for as long as they are in it', () => {
    const { say, wait } = run('max("T", "1m") - min("T", "1m") > 10');
    say('T', 10);
    expect(wait(62_000)).toBe('false good');
    say('T', 30);
    wait(1000);
    expect(say('T', 10)).toBe('true good');
    expect(wait(55_000)).toBe('true good');
    expect(wait(10_000)).toBe('false good');
  });

  it('is not known while a hole is in it, and holds what stands', () => {
    const { say, wait } = run('rise("T", "1m") > 10');
    say('T', 10);
    wait(62_000);
    expect(say('T', 30)).toBe('true good');
    say('T', 30, lost);
    wait(10_000);
    expect(say('T', 30)).toBe('true uncertain');
    expect(wait(55_000)).toBe('true uncertain');
    expect(wait(15_000)).toBe('false good');
  });

  it('knows whether a state has changed in it', () => {
    const { say, wait } = run('!changed("S", "1m")');
    say('S', 'open');
    expect(wait(62_000)).toBe('true good');
    expect(say('S', 'closed')).toBe('false good');
    expect(wait(70_000)).toBe('true good');
  });

  it('survives a silence of days in a blink', () => {
    const { say, wait } = run('avg("T", "1s") > 50', { repeatMs: 1e9 });
    say('T', 100);
    const started = performance.now();
    say('T', 100);
    wait(1000);
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
