import type { AlarmDefinition, SuppressionRule } from '#agent/model/alarm.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { SampleValue } from '#agent/model/sample.ts';

type Value = Exclude<SampleValue, null>;

export interface QuietParts {
  readonly points: readonly Point[];
  readonly alarms: readonly AlarmDefinition[];
  readonly suppression: readonly SuppressionRule[];
}

/**
 * A value for each point at which none of its alarms holds and nothing is suppressed because of it. Missing where there is
 * none: then its alarms contradict each other.
 */
export function quietValues({ points, alarms, suppression }: QuietParts): ReadonlyMap<PointId, Value> {
  const alarmsOf = Map.groupBy(alarms, ({ point }) => point);
  const statesOf = Map.groupBy(
    suppression.filter((rule) => rule.kind === 'plant-state'),
    ({ point }) => point,
  );
  const quiet = new Map<PointId, Value>();
  /** Those whose alarms look at no other point first: the others are laid beside them. */
  const isAlone = (point: Point): boolean => !(alarmsOf.get(point.id) ?? []).some(looksAtPoint);
  for (const point of [...points.filter(isAlone), ...points.filter((one) => !isAlone(one))]) {
    const own = alarmsOf.get(point.id) ?? [];
    const loud = new Set<SampleValue>([
      ...own.flatMap(({ condition }) => (condition.kind === 'state' ? condition.values : [])),
      ...(statesOf.get(point.id) ?? []).flatMap(({ values }) => values),
    ]);
    const isQuiet = (value: Value): boolean =>
      !loud.has(value) && own.every((alarm) => typeof value !== 'number' || isOut(alarm, value, quiet));
    const found = candidates(point, own, quiet).find(isQuiet);
    if (found !== undefined) quiet.set(point.id, found);
  }
  return quiet;
}

const looksAtPoint = ({ condition }: AlarmDefinition): boolean =>
  condition.kind === 'deviation' && typeof condition.target === 'string';

/** What the target of a deviation is while everything is quiet. */
export function targetOf(target: number | PointId, quiet: ReadonlyMap<PointId, Value>): number {
  if (typeof target === 'number') return target;
  const value = quiet.get(target);
  return typeof value === 'number' ? value : 0;
}

/** Beyond the deadband, so that it is quiet again from wherever it comes. */
function isOut({ condition }: AlarmDefinition, value: number, quiet: ReadonlyMap<PointId, Value>): boolean {
  if (condition.kind === 'HH' || condition.kind === 'H') return value < condition.setpoint - condition.deadband;
  if (condition.kind === 'LL' || condition.kind === 'L') return value > condition.setpoint + condition.deadband;
  if (condition.kind !== 'deviation') return true;
  return Math.abs(value - targetOf(condition.target, quiet)) < condition.setpoint - condition.deadband;
}

function candidates(
  point: Point,
  alarms: readonly AlarmDefinition[],
  quiet: ReadonlyMap<PointId, Value>,
): readonly Value[] {
  if (point.kind === 'text') return ['', '-', '--'];
  if (point.kind === 'state') return [false, true, ...Array.from({ length: 64 }, (_, index) => index), '-', '--'];
  const edges = alarms.flatMap(({ condition }) => edgesOf(condition, quiet));
  const { low, high } = point.range ?? { low: Math.min(0, ...edges), high: Math.max(1, ...edges) };
  const marks = [low, ...edges.filter((edge) => edge > low && edge < high), high].toSorted((a, b) => a - b);
  const between = marks.flatMap((mark, index) => {
    const next = marks[index + 1];
    return next === undefined ? [] : [(mark + next) / 2];
  });
  const targets = alarms.flatMap(({ condition }) =>
    condition.kind === 'deviation' ? [targetOf(condition.target, quiet)] : [],
  );
  return [...targets, ...between, ...marks, low - (high - low) / 100, high + (high - low) / 100];
}

/** Where a condition begins and where it ends. */
function edgesOf(condition: AlarmDefinition['condition'], quiet: ReadonlyMap<PointId, Value>): readonly number[] {
  const { kind } = condition;
  if (kind === 'HH' || kind === 'H') return [condition.setpoint, condition.setpoint - condition.deadband];
  if (kind === 'LL' || kind === 'L') return [condition.setpoint, condition.setpoint + condition.deadband];
  if (kind !== 'deviation') return [];
  const target = targetOf(condition.target, quiet);
  const inner = condition.setpoint - condition.deadband;
  return [target - condition.setpoint, target - inner, target + inner, target + condition.setpoint];
}
