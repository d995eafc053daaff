import type { AlarmCondition, AlarmDefinition, AlarmPriority } from '#agent/model/alarm.ts';
import { alarmId, pointId } from '#agent/model/ids.ts';
import type { SourceId } from '#agent/model/ids.ts';
import type { Point, PointKind } from '#agent/model/point.ts';
import type { AlarmSettings, PointAlarms } from './alarm-schema.ts';

/**
 * Default deadbands as a share of the instrument's range: flow and level 5 %, pressure 2 %, temperature 1 % (ISA-18.2
 * practice, EEMUA 191); 1 % for the rest. A deadband only holds an alarm that is raised; it never delays one.
 *
 * The same practice has default delays (flow 15 s, level 60 s, …). They are not applied: an alarm that is late without
 * anybody having asked for it is worse than one that chatters and shows up in the alarm figures. All delays are zero
 * unless given.
 */
const deadbandShare: Partial<Record<PointKind, number>> = {
  flow: 0.05,
  level: 0.05,
  pressure: 0.02,
  temperature: 0.01,
};
const OTHER_DEADBAND_SHARE = 0.01;

/** Default deadband of a rate-of-change alarm, as a share of its limit. */
const RATE_DEADBAND_SHARE = 0.1;

const defaultPriority: Readonly<Record<AlarmCondition['kind'], AlarmPriority>> = {
  HH: 'high',
  LL: 'high',
  H: 'medium',
  L: 'medium',
  deviation: 'medium',
  'rate-of-change': 'medium',
  state: 'medium',
  'bad-quality': 'low',
  communication: 'high',
};

/** In engineering units; zero when the point has no range to take a share of. */
function defaultDeadband(point: Pick<Point, 'kind' | 'range'>): number {
  const { kind, range } = point;
  return range ? (range.high - range.low) * (deadbandShare[kind] ?? OTHER_DEADBAND_SHARE) : 0;
}

/** The alarms of one point, in a fixed order: limits from the top, then the others. */
export function alarmsOfPoint(point: Point, alarms: PointAlarms): readonly AlarmDefinition[] {
  const define = (condition: AlarmCondition, settings: AlarmSettings): AlarmDefinition => ({
    id: alarmId(`${point.id}/${condition.kind}`),
    point: point.id,
    source: point.source,
    condition,
    ...settingsOf(condition, settings),
    safetyRole: point.safetyRole,
    ...(point.zone !== undefined && { zone: point.zone }),
  });
  const deadband = defaultDeadband(point);
  const made: AlarmDefinition[] = [];
  for (const kind of ['HH', 'H', 'L', 'LL'] as const) {
    const limit = alarms[kind];
    if (limit) made.push(define({ kind, setpoint: limit.setpoint, deadband: limit.deadband ?? deadband }, limit));
  }
  const { deviation, rateOfChange: rate, state, badQuality } = alarms;
  if (deviation) {
    const target = typeof deviation.target === 'string' ? pointId(deviation.target) : deviation.target;
    const { setpoint } = deviation;
    made.push(define({ kind: 'deviation', target, setpoint, deadband: deviation.deadband ?? deadband }, deviation));
  }
  if (rate) {
    const perSecond = rate.perSecond ?? (rate.perMinute ?? 0) / 60;
    const condition: AlarmCondition = {
      kind: 'rate-of-change',
      perSecond,
      windowMs: rate.window,
      direction: rate.direction ?? 'both',
      deadband: rate.deadband ?? perSecond * RATE_DEADBAND_SHARE,
    };
    made.push(define(condition, rate));
  }
  if (state) made.push(define({ kind: 'state', values: state.values }, state));
  if (badQuality)
    made.push(define({ kind: 'bad-quality', includeUncertain: badQuality.includeUncertain ?? false }, badQuality));
  return made;
}

/** Every source has one, configured or not. */
export const communicationAlarm = (source: SourceId, settings: AlarmSettings = {}): AlarmDefinition => ({
  id: alarmId(`${source}/communication`),
  source,
  condition: { kind: 'communication' },
  ...settingsOf({ kind: 'communication' }, settings),
  safetyRole: 'none',
});

type Settings = Omit<AlarmDefinition, 'id' | 'point' | 'source' | 'condition' | 'safetyRole' | 'zone'>;

const settingsOf = (condition: AlarmCondition, settings: AlarmSettings): Settings => ({
  priority: settings.priority ?? defaultPriority[condition.kind],
  onDelayMs: settings.onDelay ?? 0,
  offDelayMs: settings.offDelay ?? 0,
  latch: settings.latch ?? false,
  ...(settings.reAlarm !== undefined && { reAlarmMs: settings.reAlarm }),
  ...(settings.group !== undefined && { group: settings.group }),
  ...(settings.message && { message: settings.message }),
  ...(settings.cause && { cause: settings.cause }),
  ...(settings.consequence && { consequence: settings.consequence }),
  ...(settings.response && { response: settings.response }),
});
