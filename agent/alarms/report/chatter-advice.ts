import type { AlarmDefinition, AlarmTransition } from '#agent/model/alarm.ts';
import type { AlarmId, PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import { adviseAgainstChatter } from '../advice.ts';
import type { Advice } from '../advice.ts';
import type { AlarmFigures } from '../figures.ts';
import type { Span } from './alarm-report.ts';

/** What would have ended the chatter of one alarm, tried on its worst hours. */
export interface ChatterAdvice {
  readonly alarm: AlarmId;
  readonly raised: number;
  readonly mostInAMinute: number;
  /** What was replayed. */
  readonly tried: Span;
  readonly advice: readonly Advice[];
  /** Present where there is no advice. */
  readonly silentBecause?: 'not-configured' | 'no-history' | 'not-reproduced';
}

/** The rest of a report's alarms is listed without advice: who has so many begins with the first. */
const MOST_ADVISED = 20;
const SPAN_MS = 4 * 3_600_000;
const LEAD_MS = 600_000;

export function adviseOn(
  chattering: AlarmFigures['chattering'],
  transitions: readonly AlarmTransition[],
  definitions: readonly AlarmDefinition[],
  samplesOf: (points: readonly PointId[], span: Span) => readonly Sample[],
): ChatterAdvice[] {
  return chattering.slice(0, MOST_ADVISED).map(({ alarm, raised, mostInAMinute }): ChatterAdvice => {
    const tried = worstSpan(
      transitions.flatMap((one) => (one.alarm === alarm && one.event === 'raised' ? [one.time] : [])),
    );
    const told = { alarm, raised, mostInAMinute, tried };
    const definition = definitions.find(({ id }) => id === alarm);
    if (!definition) return { ...told, advice: [], silentBecause: 'not-configured' };
    const samples = samplesOf(pointsOf(definition), tried);
    if (samples.length === 0) return { ...told, advice: [], silentBecause: 'no-history' };
    const advice = adviseAgainstChatter(definition, samples);
    return { ...told, advice, ...(advice.length === 0 && { silentBecause: 'not-reproduced' }) };
  });
}

function pointsOf({ point, condition }: AlarmDefinition): readonly PointId[] {
  const target = 'target' in condition && typeof condition.target !== 'number' ? [condition.target] : [];
  return point === undefined ? target : [point, ...target];
}

/** The hours in which it was raised most often, and some before them. @param times ascending */
function worstSpan(times: readonly number[]): Span {
  let best = { from: times[0] ?? 0, count: 0 };
  let oldest = 0;
  for (const [index, time] of times.entries()) {
    while ((times[oldest] ?? time) < time - SPAN_MS) oldest += 1;
    const count = index - oldest + 1;
    if (count > best.count) best = { from: times[oldest] ?? time, count };
  }
  return { from: best.from - LEAD_MS, to: best.from + SPAN_MS + LEAD_MS };
}
