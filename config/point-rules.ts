import type { PointAlarms } from './alarm-schema.ts';
import type { Fault } from './fault.ts';
import type { Findings } from './findings.ts';
import { valueAt } from './place.ts';
import type { Entry, Path } from './place.ts';
import type { PointText } from './point-schema.ts';
import { judgeUnit } from './units.ts';

type Report = (path: Path, fault: Fault, part?: 'key' | 'value') => void;

/** Faults of one point that no schema of a single key can see. */
export function checkPointRules(point: PointText, entry: Entry, findings: Findings): void {
  const report: Report = (path, fault, part) => findings.errorAt(entry, path, fault, part);
  const isFaulty = point.unit === undefined && valueAt(entry.value, ['unit']) !== undefined;
  const unit = isFaulty ? ({ verdict: 'good' } as const) : judgeUnit(point.kind, point.unit);
  if (unit.verdict === 'error') report(['unit'], unit.fault);
  if (unit.verdict === 'warning') findings.warnAt(entry, ['unit'], unit.fault);
  checkNumbers(point, report);
  checkStates(point, report);
  const { alarms } = point;
  if (!alarms) return;
  checkOrder(alarms, entry, report);
  checkAgainstRange(point, entry, report);
  checkStatutory(point, alarms, report);
}

const isNumeric = (point: PointText): boolean => point.kind !== 'state' && point.kind !== 'text';

function checkNumbers(point: PointText, report: Report): void {
  const { range, scale } = point;
  if (range && range.low >= range.high)
    report(['range', 'low'], {
      what: `low ${range.low} is not below high ${range.high}`,
      why: 'every value would be out of range',
      todo: 'exchange or correct them',
    });
  if (scale?.factor === 0)
    report(['scale', 'factor'], {
      what: 'the factor is 0',
      why: 'every value would become the offset',
      todo: 'give the factor of the device, 1 for none',
    });
  if (isNumeric(point)) return;
  const numericKeys: readonly Path[] = [
    ...(range ? [['range']] : []),
    ...(scale ? [['scale']] : []),
    ...(['HH', 'H', 'L', 'LL', 'deviation', 'rateOfChange'] as const).flatMap((kind) =>
      point.alarms?.[kind] === undefined ? [] : [['alarms', kind]],
    ),
  ];
  for (const path of numericKeys)
    report(
      path,
      {
        what: `"${path.at(-1)}" on a ${point.kind}`,
        why: `a ${point.kind} is no number`,
        todo: path[0] === 'alarms' ? 'use a state alarm, or correct the kind' : 'delete it, or correct the kind',
      },
      'key',
    );
}

function checkStates(point: PointText, report: Report): void {
  const isPhysical = isNumeric(point) && point.kind !== 'number';
  if (!isPhysical) return;
  const why = `a ${point.kind} has no states`;
  if (point.states) report(['states'], { what: `"states" on a ${point.kind}`, why, todo: 'use kind "state"' }, 'key');
  if (point.alarms?.state)
    report(['alarms', 'state'], { what: `a state alarm on a ${point.kind}`, why, todo: 'use H or L' }, 'key');
}

const descending = ['HH', 'H', 'L', 'LL'] as const;

/** HH > H > L > LL, whichever of them are there. */
function checkOrder(alarms: PointAlarms, entry: Entry, report: Report): void {
  const given = descending.flatMap((kind) => {
    const limit = alarms[kind];
    return limit ? [{ kind, setpoint: limit.setpoint }] : [];
  });
  for (const [index, lower] of given.entries()) {
    const upper = given[index - 1];
    if (!upper || upper.setpoint > lower.setpoint) continue;
    // The fault is told at the outer limit of a pair on one side: HH for H and HH, LL for L and LL.
    const isLowSide = lower.kind === 'LL';
    const [at, other] = isLowSide ? [lower, upper] : [upper, lower];
    report(setpointPath(entry, at.kind), {
      what: `${at.kind} ${at.setpoint} is not ${isLowSide ? 'below' : 'above'} ${other.kind} ${other.setpoint}`,
      why: 'limits are ordered LL < L < H < HH',
      todo: 'correct one of them',
    });
  }
}

/** Where a setpoint stands: `HH: 95` in the short form, `HH: { setpoint: 95 }` in the long one. */
function setpointPath(entry: Entry, kind: (typeof descending)[number]): Path {
  const path = ['alarms', kind, 'setpoint'];
  return valueAt(entry.value, path) === undefined ? path.slice(0, 2) : path;
}

function checkAgainstRange(point: PointText, entry: Entry, report: Report): void {
  const { range, alarms } = point;
  if (!alarms || !range || range.low >= range.high) return;
  const span = range.high - range.low;
  const shown = `${range.low} to ${range.high} ${point.unit ?? ''}`.trim();
  for (const kind of descending) {
    const limit = alarms[kind];
    if (limit && (limit.setpoint < range.low || limit.setpoint > range.high))
      report(setpointPath(entry, kind), {
        what: `setpoint ${limit.setpoint} is outside the range`,
        why: `the instrument reads ${shown}, so the alarm could never be raised, or never clear`,
        todo: 'correct the setpoint or the range',
      });
  }
  for (const kind of [...descending, 'deviation'] as const) {
    const { deadband } = alarms[kind] ?? {};
    if (deadband !== undefined && deadband >= span)
      report(['alarms', kind, 'deadband'], {
        what: `deadband ${deadband} is as wide as the range`,
        why: `the range ${shown} is ${span} wide, so the alarm could never clear`,
        todo: `give less than ${span}`,
      });
  }
  const target = alarms.deviation?.target;
  if (typeof target === 'number' && (target < range.low || target > range.high))
    report(['alarms', 'deviation', 'target'], {
      what: `target ${target} is outside the range`,
      why: `the instrument reads ${shown}`,
      todo: 'correct the target or the range',
    });
}

/**
 * ISA-18.2 lets a site delay alarms; alarms of a statutory function are told at once (GB/T 50493 for gas, SIS and fire by
 * their own clauses), and clear as configured.
 */
function checkStatutory(point: PointText, alarms: PointAlarms, report: Report): void {
  if (point.safetyRole === 'none') return;
  for (const [kind, alarm] of Object.entries(alarms))
    if (alarm && 'onDelay' in alarm && alarm.onDelay !== undefined && alarm.onDelay > 0)
      report(['alarms', kind, 'onDelay'], {
        what: `an on-delay on a point with safety role "${point.safetyRole}"`,
        why: 'statutory alarms can not be delayed',
        todo: 'delete onDelay; use offDelay or deadband against chatter',
      });
}
