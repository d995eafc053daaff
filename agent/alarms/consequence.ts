import type { QualityReason } from '#agent/model/quality.ts';
import type { LiveAlarm } from './live-alarm.ts';
import { isSuppressedBy, suppress, unsuppress } from './overlay.ts';
import type { Run } from './run.ts';
import { isAbnormal } from './state-table.ts';

/** Reasons that a lost connection explains. A broken sensor is none, and stays an alarm of its own. */
const explained: ReadonlySet<QualityReason | undefined> = new Set<QualityReason>([
  'comm-lost',
  'stale',
  'not-yet-read',
]);

/**
 * How long after the connection is back a point may still wait for its first good value before its bad quality becomes
 * an alarm of its own. Longer than the poll cycles seen in the field.
 */
const graceMs = 60_000;

const isConsequence = ({ input }: LiveAlarm, cause: LiveAlarm): boolean =>
  cause.holds && 'point' in input && explained.has(input.sample?.quality.reason);

/**
 * Before a bad-quality alarm is judged: while its device is away, its one communication alarm speaks for all points. So
 * already while that alarm's on-delay runs, or the points would be faster than their device.
 */
export function suppressConsequence(alarm: LiveAlarm, run: Run): void {
  const cause = alarm.consequenceOf;
  if (cause === undefined || !isConsequence(alarm, cause)) return;
  const { id } = cause.definition;
  suppress(alarm, run, { cause: id, why: `follows from ${id}` });
  keepConsequence(alarm, run);
}

/** After it is judged: what is no consequence any more is shown, at the latest after the grace. */
export function releaseConsequence(alarm: LiveAlarm, run: Run): void {
  const { consequenceOf: cause, life, input } = alarm;
  if (cause === undefined || life === undefined || isConsequence(alarm, cause)) return;
  if (!isSuppressedBy(alarm, cause.definition.id)) return;
  const isExplained = 'point' in input && (input.sample === undefined || explained.has(input.sample.quality.reason));
  const isClearing = isAbnormal(life.state) && !alarm.holds;
  if (isExplained || isClearing) {
    life.consequenceEnd ??= run.timers.set(run.nowMs + graceMs + alarm.definition.offDelayMs, {
      alarm,
      act: 'consequence-end',
    });
  } else endConsequence(alarm, run);
}

/** The connection is back, or the reason is another. */
export function endConsequence(alarm: LiveAlarm, run: Run): void {
  const { consequenceOf: cause } = alarm;
  if (cause === undefined) return;
  keepConsequence(alarm, run);
  const { id } = cause.definition;
  unsuppress(alarm, run, { cause: id, why: `no longer follows from ${id}` });
}

function keepConsequence({ life }: LiveAlarm, run: Run): void {
  if (life?.consequenceEnd === undefined) return;
  run.timers.cancel(life.consequenceEnd);
  life.consequenceEnd = undefined;
}
