import type { DataValue } from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { PathStep } from './address.ts';
import { judge } from './status-code.ts';
import { NOT_THERE, NOT_YET_KNOWN, variantAt } from './variant.ts';
import type { OpenStructure, Part } from './variant.ts';

/** A point and the part of its node's value that it is. */
export interface PointPart {
  readonly id: PointId;
  readonly path: readonly PathStep[];
}

export interface ReadingPlace {
  readonly receiveTime: number;
  readonly flags: number;
  readonly open?: OpenStructure | undefined;
}

/** Adds the samples of every point of one node, from one data value. Ten thousand values a second come by here. */
export function addSamples(
  into: Sample[],
  parts: readonly PointPart[],
  dataValue: DataValue,
  { receiveTime, flags, open }: ReadingPlace,
): void {
  const verdict = judge(dataValue.statusCode.value, baseName(dataValue));
  const sourceTime = (dataValue.sourceTimestamp ?? dataValue.serverTimestamp)?.getTime() ?? receiveTime;
  for (const { id, path } of parts) {
    const part = variantAt(dataValue.value, path, open);
    into.push({
      point: id,
      value: isValue(part) ? part : null,
      quality:
        verdict.quality.level === 'bad' ? verdict.quality : (partFault(part, verdict.quality) ?? verdict.quality),
      sourceTime,
      receiveTime,
      flags: flags | verdict.flags,
    });
  }
}

const isValue = (part: Part): part is SampleValue => part !== NOT_THERE && part !== NOT_YET_KNOWN;

/** Why a value that the server calls usable is none for this point. */
function partFault(part: Part, { level }: Quality): Quality | undefined {
  if (part === NOT_YET_KNOWN) return bad('not-yet-read');
  return part === NOT_THERE || (part === null && level === 'good') ? bad('decode') : undefined;
}

/** Every point of a node without a value, for a reason found on our side of the wire. */
export function samplesWithout(
  parts: readonly PointPart[],
  quality: Quality,
  { clock, flags }: { readonly clock: Clock; readonly flags: number },
): Sample[] {
  const now = clock.now();
  return parts.map(({ id }) => ({ point: id, value: null, quality, sourceTime: now, receiveTime: now, flags }));
}

/** The library writes info bits behind the name: `Good#InfoTypeDataValue|Overflow`. */
const baseName = ({ statusCode }: DataValue): string =>
  statusCode.value === 0 ? 'Good' : (statusCode.name.split('#', 1)[0] ?? 'Bad');
