import { createAlarmEngine } from '#agent/alarms/engine.ts';
import { derivedLine } from '#agent/line/derivations.ts';
import type { AlarmCondition, AlarmDefinition } from '#agent/model/alarm.ts';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import { alarmId, pointId, sourceId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { createCompositeRule } from '#agent/site/rules/composite-rule.ts';
import { parseRule } from '#config/derived/rules/language.ts';
import { translate } from '#config/derived/rules/translate.ts';
import type { BenchResult } from './result.ts';

const pointCount = 100_000;
const ruleCount = 5000;
const seconds = 10;
const batchSize = 1000;
/** 100,000 samples a second come as 100 batches. */
const batchMs = 10;
const ticksEvery = 5;

const limits: readonly AlarmCondition[] = [
  { kind: 'HH', setpoint: 95, deadband: 1 },
  { kind: 'H', setpoint: 85, deadband: 1 },
  { kind: 'L', setpoint: 15, deadband: 1 },
  { kind: 'LL', setpoint: 5, deadband: 1 },
];

/**
 * 100,000 points with four limits each and 5,000 composite rules over three points each, one in ten with a window, as the
 * site runs them: alarms of the samples, the rules, alarms of the rules, and the ticks in between. All in one thread.
 */
export async function bench(): Promise<BenchResult[]> {
  let now = 0;
  const clock = { now: () => 1_790_000_000_000 + now, monotonic: () => now };
  const started = performance.now();
  const definitions = Array.from({ length: ruleCount }, (_, index) => ruleOf(index));
  const checkedMs = performance.now() - started;
  const rules = definitions.map((definition) => createCompositeRule(definition, clock));
  const line = derivedLine(rules, clock);
  const engine = createAlarmEngine({ definitions: alarms(definitions), clock });

  const took: number[] = [];
  let raised = 0;
  let told = 0;
  const step = (work: () => readonly { readonly samples: readonly Sample[] }[]): void => {
    for (const { samples } of work()) {
      told += samples.length;
      raised += engine.onSamples(samples).transitions.length;
    }
  };
  let batches = 0;
  for (let second = 0; second <= seconds; second += 1)
    for (const batch of batchesOf(second)) {
      now += batchMs;
      const began = performance.now();
      engine.onSamples(batch);
      step(() => line.onSamples(batch));
      if (batches % ticksEvery === 0) step(() => line.onTick());
      // The first second makes everything for the first time.
      if (second > 0) took.push(performance.now() - began);
      batches += 1;
    }
  if (raised === 0 || told < ruleCount) throw new Error('no rule was raised: nothing was measured');
  const spentMs = took.reduce((sum, ms) => sum + ms, 0);
  const perSecond = (took.length * batchSize) / (spentMs / 1000);
  const p99 = took.toSorted((one, other) => one - other)[Math.floor(took.length * 0.99)] ?? Number.NaN;
  return [
    {
      name: 'rules: samples through 400,000 alarms and 5,000 rules',
      unit: 'samples/s',
      target: '≥ 100000',
      measured: perSecond,
      reference: null,
      ratio: null,
      ok: perSecond >= 100_000,
    },
    {
      name: 'rules: batch of 1,000 samples with its ticks, p99',
      unit: 'ms',
      target: '≤ 20',
      measured: p99,
      reference: null,
      ratio: null,
      ok: p99 <= 20,
    },
    {
      name: 'rules: 5,000 read and translated',
      unit: 'ms',
      target: '≤ 1000',
      measured: checkedMs,
      reference: null,
      ratio: null,
      ok: checkedMs <= 1000,
    },
  ];
}

const pointOf = (index: number) => `P-${index % pointCount}`;

function ruleOf(index: number): CompositeRuleDefinition {
  const [a, b, c] = [index * 20, index * 20 + 7, index * 20 + 13].map(pointOf);
  const text =
    index % 10 === 0
      ? `avg("${a}", "1m") > 45 && value("${b}") > 90 || value("${c}") < 1`
      : `value("${a}") > 90 && value("${b}") + value("${c}") > 60 || atLeast(2, value("${a}") > 98, value("${b}") > 98, value("${c}") > 98)`;
  const parsed = parseRule(text);
  if (!('ast' in parsed)) throw new Error(parsed.fault.what);
  const { when, inputs, windows } = translate(parsed.ast);
  return {
    id: `rule/R-${index}`,
    point: pointId(`R-${index}`),
    text,
    when,
    inputs: [...inputs.keys()].map(pointId),
    windows,
    forMs: 0,
    clearAfterMs: 0,
    repeatMs: 15_000,
  };
}

function* alarms(rules: readonly CompositeRuleDefinition[]): Iterable<AlarmDefinition> {
  const common = { onDelayMs: 0, offDelayMs: 0, latch: false, safetyRole: 'none', priority: 'medium' } as const;
  for (let index = 0; index < pointCount; index += 1) {
    const point = pointId(pointOf(index));
    for (const condition of limits)
      yield { ...common, id: alarmId(`${point}/${condition.kind}`), point, source: sourceId('plc'), condition };
  }
  for (const { point } of rules)
    yield {
      ...common,
      id: alarmId(`${point}/state`),
      point,
      source: sourceId('site'),
      condition: { kind: 'state', values: [true] },
    };
}

/** Every point once a second, each time another value; one in a thousand beyond its limits. */
function* batchesOf(second: number): Iterable<Sample[]> {
  for (let start = 0; start < pointCount; start += batchSize)
    yield Array.from({ length: batchSize }, (_, offset): Sample => {
      const index = start + offset;
      const value = (index + 20 * second) % 1000 === 0 ? 99 : 40 + ((index * 7 + second) % 20);
      return {
        point: pointId(pointOf(index)),
        value,
        quality: GOOD,
        sourceTime: second,
        receiveTime: second,
        flags: 0,
      };
    });
}
