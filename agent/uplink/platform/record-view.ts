import { flagNames } from '#agent/model/flags.ts';
import type { Point } from '#agent/model/point.ts';
import type { JournalRecord } from '#agent/model/record.ts';

/** A record as expressions see it: plain JSON, with the point that it belongs to and the company's code. */
export interface RecordView {
  readonly view: Readonly<Record<string, unknown>>;
  readonly isSimulated: boolean;
}

export interface ViewContext {
  readonly site: string;
  readonly company: string;
  readonly points: ReadonlyMap<string, Point>;
}

/** One view a record; a record of samples has one for each. */
export function viewsOf(record: JournalRecord, context: ViewContext): readonly RecordView[] {
  const { site, company, points } = context;
  const common = { site, company, stream: record.stream, seq: record.seq, committed: record.time };
  const viewOf = (body: object & { readonly flags?: number; readonly point?: string }): RecordView => {
    const flags = flagNames(body.flags ?? 0);
    const known = body.point === undefined ? undefined : points.get(body.point);
    return {
      view: { ...common, ...body, flags, ...(body.point !== undefined && { about: known ?? null }) },
      isSimulated: flags.includes('sim'),
    };
  };
  return record.stream === 'sample' ? record.body.map(viewOf) : [viewOf(record.body)];
}
