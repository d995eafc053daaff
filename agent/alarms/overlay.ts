import type { AlarmPriority } from '#agent/model/alarm.ts';
import type { LiveAlarm, Life } from './live-alarm.ts';
import { isStatutory, newLife, overlayOf } from './live-alarm.ts';
import type { Act } from './person.ts';
import { scheduleReAlarm } from './process.ts';
import type { Run, Told } from './run.ts';
import type { OverlayMark, OverlayEvent, RefusalReason } from './state-table.ts';
import { overlayCell } from './state-table.ts';

/** Longest shelf by priority. Milliseconds. */
export type ShelfLimits = Readonly<Record<AlarmPriority, number>>;

const hourMs = 3_600_000;

/** Ours: a shift for what matters least, so that every shelf is seen by the one who set it. */
export const defaultShelfLimits: ShelfLimits = {
  critical: hourMs / 4,
  high: hourMs,
  medium: 4 * hourMs,
  low: 8 * hourMs,
};

export interface ShelfRequest {
  readonly forMs: number;
  /** Ends when the alarm clears, too. */
  readonly isOneShot: boolean;
}

export const shelve =
  (request: ShelfRequest, limits: ShelfLimits): Act =>
  (alarm, run, { by, why = '' }) => {
    const { definition } = alarm;
    const refusal = decisionRefusal(alarm, why);
    if (refusal !== undefined) return refusal;
    if (!(request.forMs > 0)) return 'no-duration';
    if (request.forMs > limits[definition.priority]) return 'too-long';
    return mark(alarm, run, {
      mark: 'shelved',
      event: 'set',
      change: (life) => {
        const remaining = run.timers.set(run.nowMs + request.forMs, { alarm, act: 'shelf-end' });
        life.shelf = { by, why, at: run.nowUtcMs, isOneShot: request.isOneShot, remaining };
      },
      told: { by, why, until: run.nowUtcMs + request.forMs },
    });
  };

export const unshelve: Act = (alarm, run, person) =>
  mark(alarm, run, {
    mark: 'shelved',
    event: 'lift',
    change: (life) => {
      if (life.shelf !== undefined) run.timers.cancel(life.shelf.remaining);
      life.shelf = undefined;
    },
    told: person,
  });

/** Unlike a shelf, this lasts until somebody ends it: for an instrument that is taken out. */
export const removeFromService: Act = (alarm, run, { by, why = '' }) =>
  decisionRefusal(alarm, why) ??
  mark(alarm, run, {
    mark: 'out-of-service',
    event: 'set',
    change: (life) => {
      life.outOfService = { by, why, at: run.nowUtcMs };
    },
    told: { by, why },
  });

export const returnToService: Act = (alarm, run, person) =>
  mark(alarm, run, {
    mark: 'out-of-service',
    event: 'lift',
    change: (life) => {
      life.outOfService = undefined;
    },
    told: person,
  });

/** Suppresses for a cause. Several causes may hold at once; a statutory alarm is left alone. */
export function suppress(
  alarm: LiveAlarm,
  run: Run,
  { cause, why }: { readonly cause: string; readonly why: string },
): void {
  if (isStatutory(alarm.definition) || isSuppressedBy(alarm, cause)) return;
  const life = (alarm.life ??= newLife());
  life.suppressedBy = [...life.suppressedBy, { cause, why, at: run.nowUtcMs }];
  overlayMoved(alarm, life, run);
  run.emit(alarm, 'suppressed', life.state, { cause, why });
}

export function unsuppress(
  alarm: LiveAlarm,
  run: Run,
  { cause, why }: { readonly cause: string; readonly why: string },
): void {
  const { life } = alarm;
  if (life === undefined || !isSuppressedBy(alarm, cause)) return;
  life.suppressedBy = life.suppressedBy.filter((one) => one.cause !== cause);
  overlayMoved(alarm, life, run);
  run.emit(alarm, 'unsuppressed', life.state, { cause, why });
}

export const isSuppressedBy = ({ life }: LiveAlarm, cause: string): boolean =>
  life !== undefined && life.suppressedBy.some((one) => one.cause === cause);

function decisionRefusal({ definition, life }: LiveAlarm, why: string): RefusalReason | undefined {
  if (life?.isRemoved === true) return 'not-configured';
  if (isStatutory(definition)) return 'statutory';
  return why.trim() === '' ? 'no-reason' : undefined;
}

interface Marking {
  readonly mark: Exclude<OverlayMark, 'suppressed'>;
  readonly event: OverlayEvent;
  readonly change: (life: Life) => void;
  readonly told: Told;
}

function mark(alarm: LiveAlarm, run: Run, marking: Marking): RefusalReason | undefined {
  const isSet = marking.mark === 'shelved' ? alarm.life?.shelf !== undefined : alarm.life?.outOfService !== undefined;
  const cell = overlayCell(marking.mark, isSet, marking.event);
  if (typeof cell === 'string') return cell;
  const life = (alarm.life ??= newLife());
  marking.change(life);
  overlayMoved(alarm, life, run);
  run.emit(alarm, cell.event, life.state, marking.told);
  return undefined;
}

/** Under an overlay nobody is reminded; when the last one is gone the alarm is announced as it is. */
function overlayMoved(alarm: LiveAlarm, life: Life, run: Run): void {
  if (overlayOf(life) === 'none') life.isUnannounced = false;
  scheduleReAlarm(alarm, life, run);
}
