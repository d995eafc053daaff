import { alarmReport } from '#agent/alarms/report/alarm-report.ts';
import type { AlarmReport, Span } from '#agent/alarms/report/alarm-report.ts';
import { openForReading } from '#agent/journal/store.ts';
import type { AlarmDefinition, AlarmTransition } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { AuditEntry } from '#agent/model/record.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { StandardRule } from '#agent/model/standard-rule.ts';
import { absences, recordedSamples, recordsIn } from './recorded.ts';

/** All that a report is made from besides the journal. Plain data: it is handed to a thread. */
export interface ReportRequest {
  readonly directory: string;
  readonly definitions: readonly AlarmDefinition[];
  readonly rules: readonly StandardRule[];
  readonly span: Span;
  /** UTC ms. */
  readonly now: number;
}

const DAY_MS = 86_400_000;
/** Of one alarm: a sample a second for half a day. */
const MOST_SAMPLES = 43_200;

/** Reads a journal beside a running agent. Takes seconds over a month: never on the agent's own thread. */
export function readAlarmReport({ directory, definitions, rules, span, now }: ReportRequest): AlarmReport {
  const tables = openForReading(directory);
  try {
    const transitions: AlarmTransition[] = [];
    for (const { body } of recordsIn(tables, 'alarm')) {
      const transition = body as AlarmTransition;
      if (transition.time >= span.from - DAY_MS && transition.time < span.to) transitions.push(transition);
    }
    const audit: AuditEntry[] = [];
    for (const { body } of recordsIn(tables, 'audit')) {
      const entry = body as AuditEntry;
      if (entry.time >= span.from && entry.time < span.to) audit.push(entry);
    }
    const recorded = {
      transitions,
      audit,
      absences: absences(tables, span),
      samplesOf: (points: readonly PointId[], of: Span) => firstOf(recordedSamples(tables, points, of)),
    };
    return alarmReport(definitions, rules, recorded, { span, now });
  } finally {
    tables.close();
  }
}

function firstOf(samples: Iterable<Sample>): readonly Sample[] {
  const found: Sample[] = [];
  for (const sample of samples) {
    found.push(sample);
    if (found.length >= MOST_SAMPLES) break;
  }
  return found;
}
