import type { Tables } from '#agent/journal/store.ts';
import type { CompositeRuleDefinition } from '#agent/model/composite-rule.ts';
import { flagNames } from '#agent/model/flags.ts';
import { createCompositeRule } from '#agent/site/rules/composite-rule.ts';
import type { Span } from '#agent/alarms/report/alarm-report.ts';
import { absences, recordedSamples } from '#agent/line/recorded.ts';
import { replay, toldBy } from './history.ts';

/** One time that a rule would have stood. Times are UTC ms. */
interface Firing {
  readonly from: number;
  /** Absent: it still stood at the end. */
  readonly to?: number;
  /** The rule with its points as they were. */
  readonly because: string;
  readonly flags: readonly string[];
}

export interface DryRun {
  readonly samples: number;
  readonly firings: readonly Firing[];
  /** How long the rule was neither true nor false. Milliseconds. */
  readonly inDoubtMs: number;
}

/** The values of points are taken up so long before, for windows and delays that have begun. Milliseconds. */
const LEAD_MS = 600_000;
/** Nothing goes stale here, so nothing need be told again. */
const NEVER_MS = 8.64e12;

/** When a rule would have been raised over recorded history. */
export function dryRun(tables: Tables, rule: CompositeRuleDefinition, span: Span): DryRun {
  const longest = Math.max(0, ...rule.windows.map(({ lengthMs }) => lengthMs));
  const whole = { from: span.from - longest - rule.forMs - LEAD_MS, to: span.to };
  let samples = 0;
  const counted = function* () {
    for (const sample of recordedSamples(tables, rule.inputs, whole)) {
      samples += 1;
      yield sample;
    }
  };
  const firings: { from: number; to?: number; because: string; flags: string[] }[] = [];
  let because = '';
  let doubtSince: number | undefined = span.from;
  let inDoubtMs = 0;
  const told = toldBy(counted(), rule.inputs, absences(tables, whole));
  replay(
    (clock) => createCompositeRule({ ...rule, repeatMs: NEVER_MS }, clock),
    told,
    whole,
    ({ samples: said, events }, time) => {
      because = events[0]?.text ?? because;
      for (const { value, quality, flags } of said) {
        const open = firings.at(-1);
        const stands = open !== undefined && open.to === undefined;
        if (value === true && !stands) firings.push({ from: time, because, flags: flagNames(flags) });
        if (value !== true && stands) open.to = time;
        if (quality.level === 'good') {
          if (doubtSince !== undefined) inDoubtMs += Math.max(0, time - Math.max(doubtSince, span.from));
          doubtSince = undefined;
        } else doubtSince ??= time;
      }
    },
  );
  if (doubtSince !== undefined) inDoubtMs += Math.max(0, span.to - Math.max(doubtSince, span.from));
  return { samples, inDoubtMs, firings: firings.filter(({ to }) => to === undefined || to > span.from) };
}
