import { flagNames, hasFlag } from '#agent/model/flags.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { encodeMetric, type Property } from './payload.ts';
import { type PointMetric, valueAs } from './point-metrics.ts';

/** Values of the property Quality, Sparkplug 3.0 section 6.4.18: there are no others. */
const QUALITY = { bad: 0, good: 192, stale: 500 } as const;

/** Reasons for which a value is old rather than wrong. */
const staleReasons: ReadonlySet<string> = new Set(['comm-lost', 'stale', 'not-yet-read']);

/** Never better than it is: what is uncertain counts as bad, with its level and reason beside. */
const qualityCode = ({ level, reason }: Quality): number => {
  if (level === 'good') return QUALITY.good;
  return reason !== undefined && staleReasons.has(reason) ? QUALITY.stale : QUALITY.bad;
};

/** A sample as data: by alias, without what the birth has told. */
export function encodeSample(metric: PointMetric, sample: Sample, isHistorical: boolean): Buffer {
  const { alias, type } = metric;
  const value = valueAs(type, sample.value);
  return encodeMetric({
    alias,
    timestamp: sample.sourceTime,
    type,
    isHistorical,
    value: value ?? null,
    properties: propertiesOf(sample, value !== undefined),
  });
}

/** A point as its device's birth tells it, with the last sample where there is one. */
export function encodeBirth(metric: PointMetric, latest: Sample | undefined, now: number): Buffer {
  const { point, alias, type, properties } = metric;
  const value = latest === undefined ? null : (valueAs(type, latest.value) ?? null);
  const unread: Property[] = [{ key: 'Quality', type: 'Int32', value: QUALITY.stale }];
  return encodeMetric({
    name: point,
    alias,
    timestamp: latest?.sourceTime ?? now,
    type,
    value,
    properties: [...(latest ? propertiesOf(latest, true) : unread), ...properties],
  });
}

function propertiesOf({ quality, flags, value, sourceTime, receiveTime }: Sample, fits: boolean): Property[] {
  const { level, reason, raw } = quality;
  return [
    { key: 'Quality', type: 'Int32', value: qualityCode(quality) },
    ...(level === 'good' ? [] : ([{ key: 'qualityLevel', type: 'String', value: level }] as const)),
    ...(reason === undefined ? [] : ([{ key: 'qualityReason', type: 'String', value: reason }] as const)),
    ...(raw === undefined ? [] : ([{ key: 'qualityRaw', type: 'Int64', value: raw }] as const)),
    ...(hasFlag(flags, 'sim') ? ([{ key: 'sim', type: 'Boolean', value: true }] as const) : []),
    ...(flags === 0 ? [] : ([{ key: 'flags', type: 'String', value: flagNames(flags).join(' ') }] as const)),
    ...(receiveTime === sourceTime ? [] : ([{ key: 'receiveTime', type: 'DateTime', value: receiveTime }] as const)),
    ...(fits ? [] : ([{ key: 'text', type: 'String', value: String(value) }] as const)),
  ];
}
