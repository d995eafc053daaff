import { flagNames, hasFlag } from '#agent/model/flags.ts';
import type { Point } from '#agent/model/point.ts';
import type { Sample } from '#agent/model/sample.ts';
import { SITE_SOURCE } from '#agent/model/source.ts';
import type { SiteConfig } from '#config/site.ts';
import type { SourceReading } from './check-live.ts';

/** One point of the site, read once. */
export interface LivePoint {
  readonly point: Point;
  /** Absent when nothing was heard of it. */
  readonly sample?: Sample;
  /** What is wrong with it, and why; absent when it is good. */
  readonly wrong?: string;
}

/** The points that are read, in the order of the site, each with what is wrong. */
export function judgeLive(config: SiteConfig, readings: readonly SourceReading[]): readonly LivePoint[] {
  const bySource = new Map(readings.map((reading) => [reading.source.id, reading]));
  const read = config.points.filter(({ source }) => source !== SITE_SOURCE);
  return read.map((point) => {
    const reading = bySource.get(point.source);
    const sample = reading?.samples.get(point.id);
    const wrong = wrongOf(point, sample, reading);
    return { point, ...(sample && { sample }), ...(wrong !== undefined && { wrong }) };
  });
}

function wrongOf(point: Point, sample: Sample | undefined, reading: SourceReading | undefined): string | undefined {
  const { status, remarks = [] } = reading ?? {};
  const ofSource = status && status.reason !== '' ? `${point.source}: ${status.reason}` : undefined;
  if (!sample) return ofSource ?? `${point.source}: no value within the time`;
  const { quality, flags } = sample;
  if (quality.level === 'good')
    return hasFlag(flags, 'clockSuspect') ? "the device's time is not to be believed" : undefined;
  const ofPoint = remarks.findLast((remark) => remark.point === point.id)?.text;
  if (ofPoint !== undefined) return ofPoint;
  const isLink = quality.reason === 'comm-lost' && ofSource !== undefined;
  return isLink ? ofSource : meaningOf(quality.reason, point);
}

/** What a quality's reason means to somebody with the device in front of them, and where to look. */
function meaningOf(reason: string, { range, unit }: Point): string {
  if (reason.startsWith('server:')) return `the server answers ${reason.slice('server:'.length)}`;
  if (reason === 'over-range' || reason === 'under-range')
    return `outside the range ${range?.low ?? '?'} to ${range?.high ?? '?'} ${unit}; check range, scale, type and byte order`;
  return meanings[reason] ?? reason;
}

const meanings: Readonly<Record<string, string>> = {
  'comm-lost': 'the device did not answer; check unit, wiring and timeout',
  'sensor-fault': 'the device reports its sensor broken',
  'device-fault': 'the device reports a fault of its own',
  'no-such-address': 'the device says that this address does not exist; check it',
  'not-supported': 'the device cannot serve this kind of request; check the area or attribute',
  decode: 'what arrived is no valid value of this type; check type and byte order',
  sentinel: 'the device sent its agreed "no value" number',
  inhibited: 'inhibited at the device',
  maintenance: 'calibration, warm-up or service at the device',
  namespace: "the server's namespace table lacks this address's URI; check the nsu= part",
  'wrong-type': 'a value of a type that this point cannot be; check the kind of the point',
};

/** The table, what is wrong, and a summary. */
export function liveText(path: string, points: readonly LivePoint[], readings: readonly SourceReading[]): string[] {
  const rows = points.map(({ point, sample }) => [
    point.id,
    sample?.value === null || sample === undefined ? '–' : valueText(sample.value),
    point.unit,
    sample ? qualityText(sample) : 'not read',
    sample && sample.value !== null ? new Date(sample.sourceTime).toISOString() : '–',
  ]);
  const head = ['point', 'value', 'unit', 'quality', 'source time'];
  const wrong = points.filter((point) => point.wrong !== undefined);
  const remarks = readings.flatMap(({ source, remarks: all }) =>
    all.filter(({ point }) => point === undefined).map(({ text }) => `${source.id}: ${text}`),
  );
  return [
    ...aligned([head, ...rows]),
    ...(remarks.length > 0 ? ['', ...remarks] : []),
    ...(wrong.length > 0 ? ['', 'wrong:', ...wrong.map(({ point, wrong: why }) => `  ${point.id}: ${why}`)] : []),
    '',
    `${path}: ${points.length - wrong.length} of ${points.length} points good${wrong.length > 0 ? `, ${wrong.length} wrong` : ''}`,
  ];
}

const valueText = (value: string | number | boolean): string =>
  typeof value === 'number' ? String(Number(value.toPrecision(7))) : String(value);

function qualityText({ quality, flags }: Sample): string {
  const words = quality.level === 'good' ? 'good' : `${quality.level} ${quality.reason}`;
  return [words, ...flagNames(flags)].join(' ');
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    rows.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The same for a script. */
export function liveJson(config: SiteConfig, points: readonly LivePoint[], readings: readonly SourceReading[]) {
  const wrongCount = points.filter(({ wrong }) => wrong !== undefined).length;
  return {
    ok: wrongCount === 0,
    site: config.site,
    sources: readings.map(({ source, status, remarks }) => ({
      id: source.id,
      kind: source.kind,
      state: status?.state ?? 'connecting',
      reason: status?.reason ?? '',
      remarks: remarks.map(({ text }) => text),
    })),
    points: points.map(({ point, sample, wrong }) => ({
      id: point.id,
      source: point.source,
      unit: point.unit,
      value: sample?.value ?? null,
      quality: sample?.quality.level ?? 'bad',
      reason: sample ? sample.quality.reason : 'not-yet-read',
      sourceTime: sample?.sourceTime,
      flags: flagNames(sample?.flags ?? 0),
      wrong,
    })),
    good: points.length - wrongCount,
    wrong: wrongCount,
  };
}
