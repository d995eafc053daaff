import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';
import type { FilterOptions } from '#agent/model/receiver.ts';

/** What a receiver wants of a record: all of it, the samples of some points, or nothing. */
export type PointFilter = (record: JournalRecord) => JournalRecord | undefined;

/** @param points - the site's; a point that is not among them has an id and nothing else to judge it by */
export function createPointFilter(options: FilterOptions, points: readonly Point[]): PointFilter {
  const known = new Map<string, Point>(points.map((point) => [point.id, point]));
  const judged = new Map<string, boolean>();
  const isWanted = (id: string): boolean => {
    const before = judged.get(id);
    if (before !== undefined) return before;
    const wanted = meets(options, id, known.get(id));
    judged.set(id, wanted);
    return wanted;
  };

  return (record) => {
    if (options.streams && !options.streams.includes(record.stream)) return record;
    if (record.stream === 'sample') {
      const body = record.body.filter((sample) => isWanted(sample.point));
      if (body.length === record.body.length) return record;
      return body.length > 0 ? { ...record, body } : undefined;
    }
    const concerned = pointsOf(record);
    return concerned.length === 0 || concerned.some(isWanted) ? record : undefined;
  };
}

function pointsOf(record: Exclude<JournalRecord, { stream: 'sample' }>): readonly string[] {
  if (record.stream === 'audit' || record.stream === 'register') return [];
  if (record.stream === 'gap') return record.body.points ?? [];
  return record.body.point === undefined ? [] : [record.body.point];
}

function meets(options: FilterOptions, id: string, point: Point | undefined): boolean {
  const { points, kinds, zones, hazardSources, regulatorCodes } = options;
  const code = point?.regulatorCode;
  return (
    (points === undefined || matches(points, id)) &&
    (kinds === undefined || (point !== undefined && kinds.includes(point.kind))) &&
    (zones === undefined || (point?.zone !== undefined && zones.includes(point.zone))) &&
    (hazardSources === undefined ||
      (point?.hazardSource !== undefined && hazardSources.includes(point.hazardSource))) &&
    (regulatorCodes === undefined ||
      (code !== undefined && (regulatorCodes === 'any' || matches(regulatorCodes, code))))
  );
}

const matches = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => {
    const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${parts.join('.*')}$`, 'u').test(text);
  });
