import type { AlarmDefinition, Text } from '#agent/model/alarm.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { Point } from '#agent/model/point.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { ExerciseParts } from './exercise-alarm.ts';
import { failed, passed } from './outcome.ts';
import type { Check } from './outcome.ts';
import { strokesOf } from './stroke.ts';

/** Milliseconds. */
const OUTAGE_MS = 60_000;

/**
 * Loses one source and finds it again: each of its points is lost with its reason, an alarm that stands stays, the
 * journal holds the gap with its beginning and its end.
 */
export function exerciseOutage(source: SourceConfig, config: SiteConfig, parts: ExerciseParts): Check {
  const { rehearsal, quiet } = parts;
  const points = config.points.filter((point) => point.source === source.id);
  rehearsal.force(quiet);
  rehearsal.regain(source.id);
  const standing = config.alarms.find((alarm) => alarm.source === source.id && isOfValue(alarm));
  if (standing) raise(standing, parts);
  const before = rehearsal.gaps.length;

  rehearsal.lose(source.id);
  rehearsal.pass(OUTAGE_MS);
  const kept = points.find(({ id }) => rehearsal.latest(id)?.quality.reason !== 'comm-lost');
  const held = standing && rehearsal.alarm(standing.id);
  rehearsal.regain(source.id);
  rehearsal.force(quiet);
  rehearsal.pass(OUTAGE_MS);
  rehearsal.settle();

  const gap = rehearsal.gaps.slice(before).find((one) => one.source === source.id && one.to !== undefined);
  const wrong = faultOf({ kept, held: held?.state, standing, gap, points });
  if (wrong) return failed(source.id, source.name, wrong);
  const seconds = ((gap?.to ?? 0) - (gap?.from ?? 0)) / 1000;
  return passed(source.id, source.name, {
    zh: `中断 ${seconds} s：${points.length} 个测点均标为 comm-lost${standing ? `，报警 ${standing.id} 未被误消除` : ''}；缺口记录完整`,
    en: `lost for ${seconds} s: all ${points.length} points told as comm-lost${standing ? `, alarm ${standing.id} not cleared by it` : ''}; the gap is on record`,
  });
}

const isOfValue = ({ condition }: AlarmDefinition): boolean => ['HH', 'H', 'L', 'LL', 'state'].includes(condition.kind);

function raise(alarm: AlarmDefinition, { rehearsal, points, quiet }: ExerciseParts): void {
  const [stroke] = strokesOf(alarm, { point: points.get(alarm.point ?? ''), quiet, rehearsal });
  stroke?.raise();
  stroke?.hold(alarm.onDelayMs + 1);
}

interface Seen {
  readonly kept: Point | undefined;
  readonly held: string | undefined;
  readonly standing: AlarmDefinition | undefined;
  readonly gap: { readonly flags: number } | undefined;
  readonly points: readonly Point[];
}

function faultOf({ kept, held, standing, gap }: Seen): Text | undefined {
  if (kept) return { zh: `${kept.id} 中断后未标为 comm-lost`, en: `${kept.id} is not told as lost` };
  if (standing && held !== 'unacknowledged' && held !== 'acknowledged')
    return { zh: `${standing.id} 因中断而消失（${held}）`, en: `${standing.id} is gone with the connection (${held})` };
  if (!gap) return { zh: '日志中没有完整的缺口记录', en: 'the journal holds no closed gap of it' };
  if (!hasFlag(gap.flags, 'sim')) return { zh: '缺口记录没有仿真标记', en: 'its gap is not marked as simulated' };
  return undefined;
}
