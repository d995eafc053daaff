import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';

/**
 * In which direction a reading beyond the instrument's range may be the very thing that must be alarmed.
 *
 * An uncertain quality never raises a process alarm. So calling every reading beyond the range uncertain would silence
 * the worst case: a gas detector at 105 %LEL, a reactor that leaves its transmitter's range between two polls. A current
 * above 20.5 mA on a gas detector is usually gas, not a fault, and beyond their range lightning and field mills clip.
 * The rule is therefore fail-safe: a reading beyond the range **stays good in a direction in which something alarms**,
 * and an event tells that it is beyond; a false alarm from a broken loop is the lesser evil. In every other direction
 * it is uncertain, since there it can only mean that the instrument has left its place, and no alarm is lost by saying
 * so (a gas detector far below zero has drifted and would miss gas: that must be seen as a fault).
 *
 * - an alarm of the point acts there: HH and H above, LL and L below, deviation and rate of change on both sides
 * - combustible and toxic gas: above. Oxygen: both, want and excess
 * - any other statutory role: both
 */
export interface HazardSides {
  readonly above: boolean;
  readonly below: boolean;
}

export function hazardSides(point: Point, alarms: readonly AlarmDefinition[]): HazardSides {
  const conditions = new Set(alarms.map((alarm) => alarm.condition.kind));
  const moves = conditions.has('deviation') || conditions.has('rate-of-change');
  const gas = point.kind === 'gas-combustible' || point.kind === 'gas-toxic';
  const statutory = !gas && (point.safetyRole !== 'none' || point.kind === 'oxygen');
  return {
    above: gas || statutory || moves || conditions.has('HH') || conditions.has('H'),
    below: statutory || moves || conditions.has('LL') || conditions.has('L'),
  };
}

/** The alarms of each point. */
export function alarmsByPoint(alarms: readonly AlarmDefinition[]): ReadonlyMap<PointId, readonly AlarmDefinition[]> {
  const byPoint = new Map<PointId, AlarmDefinition[]>();
  for (const alarm of alarms) {
    if (alarm.point === undefined) continue;
    const list = byPoint.get(alarm.point);
    if (list) list.push(alarm);
    else byPoint.set(alarm.point, [alarm]);
  }
  return byPoint;
}
