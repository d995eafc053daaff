import type { Verdict } from './condition.ts';
import type { LiveAlarm, Life } from './live-alarm.ts';
import { newLife, onDelayMs, overlayOf } from './live-alarm.ts';
import type { Run, Person } from './run.ts';
import type { ProcessEvent, RefusalReason } from './state-table.ts';
import { isAbnormal, processCell } from './state-table.ts';

/*
 * From evidence to state. Doubt leans towards the alarm:
 *
 * - An input that is not good never raises and never clears. While the alarm is abnormal, its loss is told.
 * - An on-delay halts while the input is not good and goes on where it stopped, if the next good sample is still in
 *   alarm: what was seen before is not thrown away, and nothing is raised on what was not seen.
 * - An off-delay starts again in full, and the deadband applies again: clearing needs good evidence without a hole.
 * - A restart counts as a loss of the input until the first good sample.
 */

/** Looks at the alarm's inputs and does what follows. Most samples find a normal alarm and leave it so. */
export function judge(alarm: LiveAlarm, run: Run): void {
  const verdict = alarm.condition?.judge(alarm.holds, run.nowMs);
  if (verdict === undefined) return;
  if (alarm.recheck !== undefined || alarm.condition?.recheckMs !== undefined) scheduleRecheck(alarm, verdict, run);
  if (alarm.life === undefined && verdict !== 'in') return;
  const life = (alarm.life ??= newLife());
  if (verdict === 'untrusted') loseQuality(alarm, life, run);
  else regainQuality(alarm, life, run);
  if (verdict === 'in') holdsNow(alarm, life, run);
  else if (verdict === 'out') isGone(alarm, life, run);
  else doubt(alarm, life, run);
}

/** A delay is over: towards raising or, while abnormal, towards clearing. */
export function endDelay(alarm: LiveAlarm, run: Run): void {
  const { life } = alarm;
  if (life === undefined) return;
  life.delay = undefined;
  if (isAbnormal(life.state)) clear(alarm, life, run);
  else apply(alarm, 'raise', run);
}

/**
 * Moves the alarm through the table. The only place where the process part of a state changes.
 *
 * @returns why the table refuses, or undefined where it does not
 */
export function apply(alarm: LiveAlarm, event: ProcessEvent, run: Run, person?: Person): RefusalReason | undefined {
  const from = alarm.life?.state ?? 'normal';
  const cell = processCell(from, event);
  if (cell === 'stays') return undefined;
  if (typeof cell === 'string') return cell;
  const life = (alarm.life ??= newLife());
  life.state = cell.to;
  if (from !== cell.to) life.since = run.nowUtcMs;
  if (from === 'normal') {
    life.occurrence += 1;
    life.raisedAt = run.nowUtcMs;
    life.isUnannounced = overlayOf(life) !== 'none';
  }
  if (!isAbnormal(life.state)) life.isQualityLost = false;
  scheduleReAlarm(alarm, life, run);
  run.emit(alarm, cell.event, from, person);
  return undefined;
}

/** Attention is asked for again after the configured time, counted from now; never under an overlay. */
export function scheduleReAlarm(alarm: LiveAlarm, life: Life, run: Run, leftMs = alarm.definition.reAlarmMs): void {
  if (life.reAlarm !== undefined) run.timers.cancel(life.reAlarm);
  const isWanted = leftMs !== undefined && isAbnormal(life.state) && overlayOf(life) === 'none';
  life.reAlarm = isWanted ? run.timers.set(run.nowMs + leftMs, { alarm, act: 're-alarm' }) : undefined;
}

function clear(alarm: LiveAlarm, life: Life, run: Run): void {
  if (alarm.definition.latch) apply(alarm, 'return-latching', run);
  else apply(alarm, life.isUnannounced ? 'return-unannounced' : 'return', run);
}

function holdsNow(alarm: LiveAlarm, life: Life, run: Run): void {
  alarm.holds = true;
  if (isAbnormal(life.state)) {
    stopDelay(life, run);
    return;
  }
  if (life.delay !== undefined) return;
  const leftMs = Math.min(life.onDelayLeftMs ?? Infinity, onDelayMs(alarm.definition));
  life.onDelayLeftMs = undefined;
  if (leftMs <= 0) {
    apply(alarm, 'raise', run);
    return;
  }
  life.delay = run.timers.set(run.nowMs + leftMs, { alarm, act: 'delay' });
  run.changed(alarm);
}

function isGone(alarm: LiveAlarm, life: Life, run: Run): void {
  alarm.holds = false;
  if (!isAbnormal(life.state)) {
    if (life.delay === undefined && life.onDelayLeftMs === undefined) return;
    stopDelay(life, run);
    life.onDelayLeftMs = undefined;
    run.changed(alarm);
    return;
  }
  if (life.delay !== undefined) return;
  const { offDelayMs } = alarm.definition;
  if (offDelayMs <= 0) clear(alarm, life, run);
  else life.delay = run.timers.set(run.nowMs + offDelayMs, { alarm, act: 'delay' });
}

function doubt(alarm: LiveAlarm, life: Life, run: Run): void {
  if (isAbnormal(life.state)) {
    stopDelay(life, run);
    alarm.holds = true;
  } else if (life.delay !== undefined) {
    life.onDelayLeftMs = Math.max(0, life.delay.dueMs - run.nowMs);
    stopDelay(life, run);
    run.changed(alarm);
  }
}

function stopDelay(life: Life, run: Run): void {
  if (life.delay === undefined) return;
  run.timers.cancel(life.delay);
  life.delay = undefined;
}

function loseQuality(alarm: LiveAlarm, life: Life, run: Run): void {
  if (life.isQualityLost || !isAbnormal(life.state)) return;
  life.isQualityLost = true;
  run.emit(alarm, 'quality-lost', life.state);
}

function regainQuality(alarm: LiveAlarm, life: Life, run: Run): void {
  if (!life.isQualityLost) return;
  life.isQualityLost = false;
  run.emit(alarm, 'quality-regained', life.state);
}

function scheduleRecheck(alarm: LiveAlarm, verdict: Verdict, run: Run): void {
  if (alarm.recheck !== undefined) run.timers.cancel(alarm.recheck);
  const recheckMs = verdict === 'in' || verdict === 'unknown' ? alarm.condition?.recheckMs : undefined;
  alarm.recheck =
    recheckMs === undefined ? undefined : run.timers.set(run.nowMs + recheckMs, { alarm, act: 'recheck' });
}
