import type { PointId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { DataType, MetricValue, Property } from './payload.ts';

/** A point as the host is told of it: a metric of the device that its source is. */
export interface PointMetric {
  /** Its id is the metric's name. */
  readonly point: PointId;
  readonly device: string;
  /** Unique within the edge node. */
  readonly alias: number;
  readonly type: DataType;
  /** What does not change from value to value. */
  readonly properties: readonly Property[];
}

export interface PointMetrics {
  readonly devices: readonly string[];
  of(device: string): readonly PointMetric[];
  find(point: PointId): PointMetric | undefined;
  /** A point that the site no longer has, and of which the journal still holds samples. */
  addFormer(point: PointId): PointMetric;
}

/** Device of the points that the site no longer has. */
const FORMER = 'former';

/** @param firstAlias the points' aliases begin here */
export function pointMetrics(points: readonly Point[], firstAlias: number): PointMetrics {
  const metrics = new Map<PointId, PointMetric>();
  const devices = new Map<string, PointMetric[]>();
  const add = (point: PointId, made: Omit<PointMetric, 'alias' | 'point'>): PointMetric => {
    const metric = { ...made, point, alias: firstAlias + metrics.size };
    metrics.set(point, metric);
    const own = devices.get(made.device) ?? [];
    own.push(metric);
    devices.set(made.device, own);
    return metric;
  };
  for (const point of points)
    add(point.id, { device: point.source, type: typeOf(point), properties: propertiesOf(point) });
  return {
    get devices() {
      return [...devices.keys()];
    },
    of: (device) => devices.get(device) ?? [],
    find: (point) => metrics.get(point),
    addFormer: (point) => add(point, { device: FORMER, type: 'String', properties: [] }),
  };
}

/** A state may be a boolean, a number or a text from one moment to the next; its texts say which, else it is told as text. */
function typeOf({ kind, states }: Point): DataType {
  if (kind === 'text') return 'String';
  if (kind !== 'state') return 'Double';
  const names = Object.keys(states ?? {});
  if (names.length === 0) return 'String';
  if (names.every((name) => name === 'true' || name === 'false')) return 'Boolean';
  return names.every((name) => /^-?\d{1,15}$/.test(name)) ? 'Int64' : 'String';
}

function propertiesOf(point: Point): Property[] {
  const { name, unit, range, zone, hazardSource, safetyRole, regulatorCode, kind } = point;
  const text = (key: string, value: string | undefined): Property[] =>
    value === undefined || value === '' ? [] : [{ key, type: 'String', value }];
  return [
    ...text('tooltip', name),
    ...text('kind', kind),
    ...text('engUnit', unit),
    ...(range
      ? [
          { key: 'engLow', type: 'Double', value: range.low } as const,
          { key: 'engHigh', type: 'Double', value: range.high } as const,
        ]
      : []),
    ...text('zone', zone),
    ...text('hazardSource', hazardSource),
    ...text('safetyRole', safetyRole === 'none' ? undefined : safetyRole),
    ...text('regulatorCode', regulatorCode),
  ];
}

/** The value as the metric's type holds it; undefined: that type has no such value. */
export function valueAs(type: DataType, value: SampleValue): MetricValue | undefined {
  if (value === null) return null;
  if (type === 'String') return String(value);
  if (type === 'Boolean') {
    if (typeof value === 'boolean') return value;
    return value === 0 || value === 1 ? value === 1 : undefined;
  }
  if (typeof value === 'boolean') return Number(value);
  if (typeof value !== 'number') return undefined;
  return type === 'Double' || Number.isSafeInteger(value) ? value : undefined;
}
