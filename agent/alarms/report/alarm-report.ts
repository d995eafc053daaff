import type { AlarmDefinition, AlarmTransition } from '#agent/model/alarm.ts';
import type { AlarmId, PointId } from '#agent/model/ids.ts';
import type { AuditEntry } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import { annunciations } from '../annunciation.ts';
import { alarmFigures } from '../figures.ts';
import type { AlarmFigures } from '../figures.ts';
import { adviseOn } from './chatter-advice.ts';
import type { ChatterAdvice } from './chatter-advice.ts';
import { judgeFigures } from './targets.ts';
import type { Judged } from './targets.ts';

/** UTC ms, `to` exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a report rests on. */
export interface Recorded {
  /** In the order of the stream; a day before the span too, for what was still going on. */
  readonly transitions: readonly AlarmTransition[];
  /** Recorded samples of points in the order in which they came. */
  readonly samplesOf: (points: readonly PointId[], span: Span) => readonly Sample[];
  /** What people did and changed, within the span. */
  readonly audit: readonly AuditEntry[];
  /** Times within the span in which the agent was away: nothing is known of the alarms then. */
  readonly absences: readonly Span[];
}

export interface AlarmReport extends Span {
  /** UTC ms. */
  readonly madeAt: number;
  /** All alarms first, then each operator position by name. */
  readonly positions: readonly PositionReport[];
  /** Alarms that asked for attention on each day from `from` on. */
  readonly days: readonly number[];
  readonly chatter: readonly ChatterAdvice[];
  /** Settings that were changed: action, alarm, what and by whom. */
  readonly changes: readonly AuditEntry[];
  readonly hidden: Readonly<Record<'shelved' | 'suppressed' | 'out-of-service', number>>;
  /** Share of the span in which the agent was there. 0 … 1 */
  readonly coverage: number;
}

interface PositionReport {
  /** Absent: all alarms. */
  readonly group?: string;
  readonly alarms: number;
  readonly figures: AlarmFigures;
  readonly judged: readonly Judged[];
}

const DAY_MS = 86_400_000;

/** How good the alarms of a site were, and what would have made them better, computed from what was recorded. */
export function alarmReport(
  definitions: readonly AlarmDefinition[],
  rules: readonly StandardRule[],
  recorded: Recorded,
  { span, now }: { readonly span: Span; readonly now: number },
): AlarmReport {
  const { transitions, audit, absences } = recorded;
  const whole = alarmFigures(transitions, span);
  const position = (group: string | undefined): PositionReport => {
    const own = definitions.filter((definition) => group === undefined || definition.group === group);
    const ids = new Set<AlarmId>(own.map(({ id }) => id));
    const figures =
      group === undefined
        ? whole
        : alarmFigures(
            transitions.filter(({ alarm }) => ids.has(alarm)),
            span,
          );
    const judged = judgeFigures(figures, rules, span);
    return { ...(group !== undefined && { group }), alarms: own.length, figures, judged };
  };
  const groups = [...new Set(definitions.flatMap(({ group }) => group ?? []))].toSorted();
  const within = transitions.filter(({ time }) => time >= span.from && time < span.to);
  const count = (event: AlarmTransition['event']): number => within.filter((one) => one.event === event).length;
  return {
    ...span,
    madeAt: now,
    positions: [undefined, ...groups].map(position),
    days: perDay(transitions, span),
    chatter: adviseOn(whole.chattering, within, definitions, recorded.samplesOf),
    changes: audit.filter(({ action }) => settingsChanged.has(action)),
    hidden: {
      shelved: count('shelved'),
      suppressed: count('suppressed'),
      'out-of-service': count('removed-from-service'),
    },
    coverage: 1 - absences.reduce((sum, { from, to }) => sum + to - from, 0) / (span.to - span.from),
  };
}

/** Not what somebody did to an alarm that stood. */
const settingsChanged: ReadonlySet<string> = new Set(['alarm.added', 'alarm.changed', 'alarm.removed']);

function perDay(transitions: readonly AlarmTransition[], { from, to }: Span): number[] {
  const days = Array.from({ length: Math.ceil((to - from) / DAY_MS) }, () => 0);
  for (const { transition } of annunciations(transitions)) {
    const day = Math.floor((transition.time - from) / DAY_MS);
    if (day >= 0 && day < days.length) days[day] = (days[day] ?? 0) + 1;
  }
  return days;
}
