import type { AlarmDefinition } from '#agent/model/alarm.ts';
import { pointId, sourceId, zoneId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { alarmsOfPoint } from './build-alarms.ts';
import { checkEntry, examineEntry } from './check-entry.ts';
import type { Reading } from './check-entry.ts';
import type { ExpandedPoint } from './expand-devices.ts';
import { suggest } from './nearest.ts';
import { entryBelow } from './place.ts';
import type { Entry } from './place.ts';
import { checkPointRules } from './point-rules.ts';
import { pointSchema } from './point-schema.ts';
import type { PointText } from './point-schema.ts';
import type { ReadSource } from './read-sources.ts';
import { formOf } from './schema-shape.ts';
import { normaliseUnit } from './units.ts';

/** A point that could be read, with what its source makes of its address. */
export interface ReadPoint {
  readonly entry: Entry;
  readonly point: Point;
  readonly alarms: readonly AlarmDefinition[];
}

const form = formOf(pointSchema);

/**
 * @param otherSources ids of sources that exist and whose addresses cannot be checked here
 *
 * Undefined when its keys have faults; what can be checked in spite of them is checked. A point of an unknown source, or
 * with a wrong address, is reported and read.
 */
export function readPoint(
  entry: Entry,
  sources: ReadonlyMap<string, ReadSource>,
  otherSources: ReadonlySet<string>,
  reading: Reading,
): ReadPoint | undefined {
  const { whole, sound: text } = examineEntry(form, entry, reading);
  if (!text) return undefined;
  const source = sources.get(text.source);
  if (source) readAddress(text, source, entry, reading);
  else if (!otherSources.has(text.source))
    reading.findings.errorAt(entry, ['source'], {
      what: `there is no source "${text.source}"`,
      why: 'a point is read from one of the sources',
      todo: suggest(text.source, [...sources.keys(), ...otherSources], 'add the source, or correct the id'),
    });
  checkPointRules(text, entry, reading.findings);
  if (!whole) return undefined;
  const point = pointOf(whole);
  return { entry, point, alarms: alarmsOfPoint(point, whole.alarms ?? {}) };
}

function readAddress(text: PointText, source: ReadSource, entry: Entry, reading: Reading): void {
  if (text.address === undefined) return;
  if (isExpanded(entry)) {
    source.addresses.set(pointId(text.id), entry.address);
    return;
  }
  const before = reading.findings.errorCount;
  const address = checkEntry(source.forms.address, entryBelow(entry, ['address']), reading);
  const id = pointId(text.id);
  if (reading.findings.errorCount === before && !source.addresses.has(id)) source.addresses.set(id, address);
}

/** A point that a device profile made knows its address. */
const isExpanded = (entry: Entry): entry is ExpandedPoint => 'address' in entry;

function pointOf(text: PointText): Point {
  const { range, scale, zone, hazardSource, regulatorCode, states } = text;
  return {
    id: pointId(text.id),
    source: sourceId(text.source),
    kind: text.kind,
    name: text.name ?? text.id,
    unit: normaliseUnit(text.unit ?? ''),
    ...(range && { range }),
    ...(scale && { scale }),
    staleAfterMs: text.staleAfter,
    ...(zone !== undefined && { zone: zoneId(zone) }),
    ...(hazardSource !== undefined && { hazardSource }),
    safetyRole: text.safetyRole,
    ...(regulatorCode !== undefined && { regulatorCode }),
    ...(states && { states }),
  };
}
