import type { AlarmCondition, AlarmDefinition } from '#agent/model/alarm.ts';

/** Columns of the master alarm database, in the order in which they are written. Empty means absent. */
export const alarmColumns = [
  'id',
  'point',
  'source',
  'kind',
  'setpoint',
  'deadband',
  'target',
  'targetPoint',
  'perSecond',
  'windowSeconds',
  'direction',
  'values',
  'includeUncertain',
  'priority',
  'onDelaySeconds',
  'offDelaySeconds',
  'latch',
  'reAlarmSeconds',
  'group',
  'safetyRole',
  'zone',
  'message.zh',
  'message.en',
  'cause.zh',
  'cause.en',
  'consequence.zh',
  'consequence.en',
  'response.zh',
  'response.en',
] as const;

export type AlarmColumn = (typeof alarmColumns)[number];

export type AlarmRow = Readonly<Record<AlarmColumn, string>>;

/** One definition as one row of text, without loss. */
export function rowOf(definition: AlarmDefinition): AlarmRow {
  const { condition } = definition;
  const texts = (['message', 'cause', 'consequence', 'response'] as const).flatMap((name) => [
    [`${name}.zh`, definition[name]?.zh ?? ''],
    [`${name}.en`, definition[name]?.en ?? ''],
  ]);
  return {
    ...emptyRow,
    ...Object.fromEntries(texts),
    ...conditionCells(condition),
    id: definition.id,
    point: definition.point ?? '',
    source: definition.source,
    kind: condition.kind,
    priority: definition.priority,
    onDelaySeconds: seconds(definition.onDelayMs),
    offDelaySeconds: seconds(definition.offDelayMs),
    latch: String(definition.latch),
    reAlarmSeconds: definition.reAlarmMs === undefined ? '' : seconds(definition.reAlarmMs),
    group: definition.group ?? '',
    safetyRole: definition.safetyRole,
    zone: definition.zone ?? '',
  };
}

const emptyRow = Object.fromEntries(alarmColumns.map((column) => [column, ''])) as Record<AlarmColumn, string>;

const seconds = (ms: number): string => String(ms / 1000);

function conditionCells(condition: AlarmCondition): Partial<Record<AlarmColumn, string>> {
  const cells: Partial<Record<AlarmColumn, string>> = {};
  if ('setpoint' in condition) cells.setpoint = String(condition.setpoint);
  if ('deadband' in condition) cells.deadband = String(condition.deadband);
  if ('target' in condition)
    cells[typeof condition.target === 'number' ? 'target' : 'targetPoint'] = String(condition.target);
  if ('perSecond' in condition) {
    cells.perSecond = String(condition.perSecond);
    cells.windowSeconds = seconds(condition.windowMs);
    cells.direction = condition.direction;
  }
  if ('values' in condition) cells.values = JSON.stringify(condition.values);
  if ('includeUncertain' in condition) cells.includeUncertain = String(condition.includeUncertain);
  return cells;
}
