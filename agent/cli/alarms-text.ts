import type { AlarmFigures } from '#agent/alarms/figures.ts';
import type { AlarmMemory } from '#agent/alarms/memory.ts';
import { remainingAfterRestart } from '#agent/alarms/memory.ts';
import type { AlarmOverlay, AlarmPriority, AlarmState } from '#agent/model/alarm.ts';
import type { AuditEntry } from '#agent/model/record.ts';

/** One alarm that stands, as the journal remembers it. */
export interface StandingAlarm {
  readonly alarm: string;
  readonly state: AlarmState;
  readonly overlay: AlarmOverlay;
  readonly priority: AlarmPriority;
  /** UTC ms. */
  readonly since: number;
  /** Why it lies under its overlay; empty where it does not. */
  readonly why: string;
  readonly message: string;
}

const urgency: readonly AlarmPriority[] = ['critical', 'high', 'medium', 'low'];

/** The most urgent first, then the oldest. */
export function standing(memory: readonly AlarmMemory[], now: number): StandingAlarm[] {
  return memory
    .map((one): StandingAlarm => {
      const { overlay, why } = overlayOf(one, now);
      const { alarm, state, since, definition } = one;
      const message = definition.message === undefined ? '' : `${definition.message.zh} / ${definition.message.en}`;
      return { alarm, state, overlay, priority: definition.priority, since, why, message };
    })
    .filter(({ state, overlay }) => state !== 'normal' || overlay !== 'none')
    .toSorted((a, b) => urgency.indexOf(a.priority) - urgency.indexOf(b.priority) || a.since - b.since);
}

/** The strongest, as the engine shows it. */
function overlayOf(
  { outOfService, suppressedBy = [], shelf }: AlarmMemory,
  now: number,
): Pick<StandingAlarm, 'overlay' | 'why'> {
  if (outOfService) return { overlay: 'out-of-service', why: `${outOfService.by}: ${outOfService.why}` };
  const [suppression] = suppressedBy;
  if (suppression) return { overlay: 'suppressed', why: `${suppression.cause}: ${suppression.why}` };
  if (!shelf) return { overlay: 'none', why: '' };
  const minutes = Math.ceil(remainingAfterRestart(shelf.remaining, now) / 60_000);
  return { overlay: 'shelved', why: `${shelf.by}: ${shelf.why}, ${minutes} min left` };
}

export function standingText(alarms: readonly StandingAlarm[]): string[] {
  const rows = alarms.map(({ priority, state, overlay, since, alarm, why, message }) => [
    priority,
    overlay === 'none' ? state : `${state}, ${overlay}`,
    new Date(since).toISOString(),
    alarm,
    why || message,
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return [
    ...rows.map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    ),
    alarms.length === 0 ? 'every alarm is normal' : `${alarms.length} alarms stand`,
  ];
}

/** `alarm.changed T/H: setpoint 90 → 95` */
export function changeText({ action, what, detail = {} }: AuditEntry): string {
  const parts = action === 'alarm.changed' ? Object.entries(detail).map(([column, text]) => `${column} ${text}`) : [];
  return `${action} ${what}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}`;
}

export function figuresText(figures: AlarmFigures, timezone: string): string[] {
  const { perTenMinutes, floods, chattering, fleeting, stale, topTen, priorities, acknowledgement } = figures;
  const time = (at: number): string =>
    new Date(at).toLocaleString('sv-SE', { timeZone: timezone, timeZoneName: 'short' });
  return [
    `${time(figures.from)} to ${time(figures.to)}`,
    `alarms          ${figures.annunciated}`,
    `per 10 minutes  ${perTenMinutes.average.toFixed(2)} on average, ${perTenMinutes.peak} at most; above 10 in ${percent(perTenMinutes.shareAboveTen)} of them`,
    `hours above 30  ${percent(figures.shareOfHoursAboveThirty)}`,
    `floods          ${floods.length}, ${percent(figures.shareOfTimeInFlood)} of the time`,
    `chattering      ${listed(chattering.map(({ alarm, raised }) => `${alarm} (${raised})`))}`,
    `fleeting        ${listed(fleeting.map(({ alarm, times }) => `${alarm} (${times})`))}`,
    `stale           ${listed(stale.map(({ alarm, since }) => `${alarm} since ${time(since)}`))}`,
    `most frequent   ${listed(topTen.map(({ alarm, count }) => `${alarm} (${count})`))}: ${percent(figures.shareOfTopTen)} of all`,
    `priorities      ${urgency.map((priority) => `${priority} ${percent(priorities[priority].share)}`).join(', ')}`,
    `acknowledged    ${acknowledgement.count}${acknowledgement.meanMs === undefined ? '' : `, after ${(acknowledgement.meanMs / 1000).toFixed(0)} s on average`}; ${acknowledgement.waiting} wait`,
  ];
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

const listed = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '));
