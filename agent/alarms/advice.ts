import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { Sample } from '#agent/model/sample.ts';
import { chatterCount, mostInAMinute } from './chatter.ts';
import { isStatutory } from './live-alarm.ts';
import { replay } from './replay.ts';
import { isAbnormal } from './state-table.ts';

/** One setting that alone would have ended the chatter, tried on what really happened. */
export interface Advice {
  readonly setting: 'deadband' | 'offDelayMs' | 'onDelayMs' | 'setpoint';
  /** The smallest value tried that is enough: in the point's unit, or milliseconds. */
  readonly value: number;
  /** How often the alarm would have been raised, instead of `raisedNow`. */
  readonly raised: number;
  readonly raisedNow: number;
  /** How much later the first alarm would have come: the price of an on-delay or of another setpoint. Milliseconds. */
  readonly laterMs: number;
}

const delaysMs = [2, 5, 10, 15, 30, 60, 120].map((seconds) => seconds * 1000);
/** Of the spread of the values seen. */
const deadbandShares = [0.01, 0.02, 0.05, 0.1, 0.2];
const setpointShares = [0.01, 0.02, 0.05, 0.1, 0.2];

/**
 * Which deadband, off-delay, on-delay or setpoint would have kept an alarm from chattering, by replaying its samples with
 * each. Ordered by what should be tried first: a deadband and an off-delay cost no time, an on-delay does, and another
 * setpoint needs somebody to judge the process. Empty where it did not chatter or where nothing that was tried helps. A
 * statutory alarm gets no advice to wait or to begin later.
 *
 * @param samples - of the points that the alarm looks at, in the order in which they were received
 */
export function adviseAgainstChatter(definition: AlarmDefinition, samples: readonly Sample[]): Advice[] {
  const now = trial(definition, samples);
  if (now.mostInAMinute < chatterCount) return [];
  const advice: Advice[] = [];
  for (const { setting, values } of settingsOf(definition, samples)) {
    for (const value of values) {
      const then = trial(withSetting(definition, setting, value), samples);
      if (then.mostInAMinute >= chatterCount || then.raised === 0) continue;
      const laterMs = then.firstAt - now.firstAt;
      advice.push({ setting, value, raised: then.raised, raisedNow: now.raised, laterMs });
      break;
    }
  }
  return advice;
}

interface Trial {
  readonly raised: number;
  readonly firstAt: number;
  readonly mostInAMinute: number;
}

function trial(definition: AlarmDefinition, samples: readonly Sample[]): Trial {
  const times = replay([definition], samples)
    .filter(({ event, from }) => event === 'raised' && !isAbnormal(from))
    .map(({ time }) => time);
  return { raised: times.length, firstAt: times[0] ?? 0, mostInAMinute: mostInAMinute(times) };
}

interface Candidates {
  readonly setting: Advice['setting'];
  readonly values: readonly number[];
}

function settingsOf(definition: AlarmDefinition, samples: readonly Sample[]): Candidates[] {
  const { condition } = definition;
  const longer = (ms: number): number[] => delaysMs.filter((delay) => delay > ms);
  const candidates: Candidates[] = [];
  const step = spread(samples.filter(({ point }) => point === definition.point));
  if ('setpoint' in condition) {
    const values = deadbandShares.map((part) => part * step).filter((deadband) => deadband > condition.deadband);
    candidates.push({ setting: 'deadband', values });
  }
  candidates.push({ setting: 'offDelayMs', values: longer(definition.offDelayMs) });
  if (isStatutory(definition)) return candidates;
  candidates.push({ setting: 'onDelayMs', values: longer(definition.onDelayMs) });
  if ('setpoint' in condition) {
    // Away from where the process is: a later warning, never an earlier one.
    const away = condition.kind === 'L' || condition.kind === 'LL' ? -step : step;
    candidates.push({ setting: 'setpoint', values: setpointShares.map((part) => condition.setpoint + part * away) });
  }
  return candidates;
}

function spread(samples: readonly Sample[]): number {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { value, quality } of samples) {
    if (typeof value !== 'number' || quality.level !== 'good') continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high > low ? high - low : 0;
}

function withSetting(definition: AlarmDefinition, setting: Advice['setting'], value: number): AlarmDefinition {
  const { condition } = definition;
  if (setting !== 'deadband' && setting !== 'setpoint') return { ...definition, [setting]: value };
  return 'setpoint' in condition ? { ...definition, condition: { ...condition, [setting]: value } } : definition;
}
