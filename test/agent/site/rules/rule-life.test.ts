import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import type { Derived } from '#agent/model/derivation.ts';
import { pointId } from '#agent/model/ids.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import { createCompositeRule } from '#agent/site/rules/composite-rule.ts';
import { readRuleMemory } from '#agent/site/rules/memory.ts';

const definition: CompositeRuleDefinition = {
  id: 'rule/R',
  point: pointId('R'),
  text: 'value("S")',
  when: { op: 'value', input: 0 },
  inputs: [pointId('S')],
  windows: [],
  forMs: 300,
  clearAfterMs: 500,
  repeatMs: 1000,
};

type Step = { readonly say: boolean | null } | { readonly wait: number } | 'restart' | { readonly stepWall: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ say: fc.option(fc.boolean(), { freq: 6 }) }) },
  { weight: 8, arbitrary: fc.record({ wait: fc.integer({ min: 0, max: 700 }) }) },
  { weight: 1, arbitrary: fc.constant<Step>('restart') },
  { weight: 1, arbitrary: fc.record({ stepWall: fc.integer({ min: -1e9, max: 1e9 }) }) },
);

describe('a rule through samples, losses, restarts and clock steps', () => {
  it('turns only after its input has said so for the whole time, and never in doubt', () => {
    const life = () =>
      fc.property(fc.array(step, { minLength: 20, maxLength: 80 }), (steps) => {
        let now = 0;
        let wall = 1e12;
        let stored = '';
        const clock = { now: () => wall + now, monotonic: () => now };
        let rule = createCompositeRule(definition, clock);
        let isRaised = false;
        let quality = '';
        let input: boolean | null = null;
        /** How long the input has said so since it last said otherwise, doubt left out; a restart forgets it. */
        const said = { true: 0, false: 0 };
        const take = (derived: Derived): void => {
          if (derived.memory !== undefined) stored = JSON.stringify(derived.memory);
          for (const sample of derived.samples) {
            const turned = sample.value !== isRaised;
            if (turned && input === null) throw new Error('turned in doubt');
            if (turned && sample.value === true && said.true < definition.forMs) throw new Error('raised too soon');
            if (turned && sample.value === false && said.false < definition.clearAfterMs)
              throw new Error('lowered too soon');
            isRaised = sample.value === true;
            quality = sample.quality.level;
          }
        };
        const pass = (ms: number): void => {
          now += ms;
          if (input !== null) said[`${input}`] += ms;
        };
        for (const one of steps) {
          if (one === 'restart') {
            const before: boolean = isRaised;
            rule = createCompositeRule(
              definition,
              clock,
              stored === '' ? undefined : readRuleMemory(JSON.parse(stored)),
            );
            input = null;
            [said.true, said.false] = [0, 0];
            take(rule.onTick());
            if (isRaised !== before) throw new Error('turned by a restart');
          } else if ('say' in one) {
            if (one.say !== null && one.say !== input) said[`${!one.say}`] = 0;
            input = one.say;
            const sample = { point: pointId('S'), value: one.say, quality: one.say === null ? bad('comm-lost') : GOOD };
            take(rule.onSamples([{ ...sample, sourceTime: 0, receiveTime: 0, flags: 0 }]));
          } else if ('stepWall' in one) wall += one.stepWall;
          else {
            const end = now + one.wait;
            for (let due = rule.nextDue() ?? end; due <= end; due = rule.nextDue() ?? end + 1) {
              pass(Math.max(0, due - now));
              take(rule.onTick());
            }
            pass(end - now);
          }
          if (quality !== '' && quality !== (input === null ? 'uncertain' : 'good'))
            throw new Error(`told as ${quality}`);
          if (input === true && said.true >= definition.forMs && !isRaised) throw new Error('not raised in time');
          if (input === false && said.false >= definition.clearAfterMs && isRaised)
            throw new Error('not lowered in time');
        }
      });
    expect(() => fc.assert(life(), { numRuns: 3000 })).not.toThrow();
  });
});
