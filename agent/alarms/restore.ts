import { isStatutory, newLife } from './live-alarm.ts';
import type { LiveAlarm } from './live-alarm.ts';
import type { AlarmMemory } from './memory.ts';
import { remainingAfterRestart } from './memory.ts';
import { returnToService, unshelve, unsuppress } from './overlay.ts';
import { apply, scheduleReAlarm } from './process.ts';
import type { Run } from './run.ts';
import { isAbnormal } from './state-table.ts';

const byConfiguration = { by: 'configuration' } as const;

/** Puts a remembered alarm back as it was. Until its first good sample nothing is raised or cleared. */
export function restore(alarm: LiveAlarm, memory: AlarmMemory, run: Run): void {
  const life = newLife();
  alarm.life = life;
  life.state = memory.state;
  life.occurrence = memory.occurrence;
  life.since = memory.since;
  life.raisedAt = memory.raisedAt;
  life.isUnannounced = memory.isUnannounced;
  life.isQualityLost = memory.isQualityLost;
  life.isRemoved = memory.isRemoved;
  life.flags = memory.flags;
  life.suppressedBy = memory.suppressedBy ?? [];
  life.outOfService = memory.outOfService;
  if (memory.onDelay !== undefined) {
    life.onDelayLeftMs = remainingAfterRestart(memory.onDelay, run.nowUtcMs);
    // It is halted from here on; a second restart before the first good sample must not count this time too.
    run.changed(alarm);
  }
  if (memory.shelf !== undefined) {
    const dueMs = run.nowMs + remainingAfterRestart(memory.shelf.remaining, run.nowUtcMs);
    life.shelf = { ...memory.shelf, remaining: run.timers.set(dueMs, { alarm, act: 'shelf-end' }) };
    run.changed(alarm);
  }
  if (memory.reAlarm !== undefined) {
    scheduleReAlarm(alarm, life, run, remainingAfterRestart(memory.reAlarm, run.nowUtcMs));
  }
  alarm.holds = isAbnormal(life.state) || life.onDelayLeftMs !== undefined;
}

/** After all are restored: ends what the configuration allows no longer. `isKnown` tells causes that still exist. */
export function tellForbidden(alarm: LiveAlarm, run: Run, isKnown: (cause: string) => boolean): void {
  const { life, definition } = alarm;
  if (life === undefined) return;
  const isForbidden = isStatutory(definition) || life.isRemoved;
  const why = life.isRemoved ? 'the alarm is no longer configured' : 'the alarm has a statutory role now';
  if (isForbidden && life.shelf !== undefined) unshelve(alarm, run, { ...byConfiguration, why });
  if (isStatutory(definition) && life.outOfService !== undefined)
    returnToService(alarm, run, { ...byConfiguration, why });
  for (const { cause } of life.suppressedBy) {
    if (isForbidden) unsuppress(alarm, run, { cause, why });
    else if (!isKnown(cause)) unsuppress(alarm, run, { cause, why: 'the cause is no longer configured' });
  }
}

/** The definition is gone: what waits for a person goes on waiting, and the removal is told. */
export function tellRemoved(alarm: LiveAlarm, run: Run): void {
  const { life } = alarm;
  if (life === undefined || life.isRemoved) return;
  life.isRemoved = true;
  life.onDelayLeftMs = undefined;
  apply(alarm, 'remove', run, { ...byConfiguration, why: 'the alarm is no longer configured' });
}

/** A definition that was gone is there again. */
export function tellReturned(alarm: LiveAlarm, run: Run): void {
  const { life } = alarm;
  if (life === undefined || !life.isRemoved) return;
  life.isRemoved = false;
  run.emit(alarm, 'returned-to-service', life.state, { ...byConfiguration, why: 'the alarm is configured again' });
}
