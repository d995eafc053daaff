import type { DataValue } from 'node-opcua-client';
import type { Clock } from '#agent/model/clock.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { PathStep } from './address.ts';
import { judge } from './status-code.ts';
import { NOT_THERE, variantAt } from './variant.ts';

/** A point and the part of its node's value that it is. */
export interface PointPart {
  readonly id: PointId;
  readonly path: readonly PathStep[];
}

/** The samples of every point of one node, from one data value. */
export function samplesOf(
  parts: readonly PointPart[],
  dataValue: DataValue,
  { receiveTime, flags }: { readonly receiveTime: number; readonly flags: number },
): Sample[] {
  const verdict = judge(dataValue.statusCode.value, baseName(dataValue));
  const sourceTime = (dataValue.sourceTimestamp ?? dataValue.serverTimestamp)?.getTime() ?? receiveTime;
  return parts.map(({ id, path }) => {
    const value = variantAt(dataValue.value, path);
    const isThere = value !== NOT_THERE && (value !== null || verdict.quality.level !== 'good');
    return {
      point: id,
      value: value === NOT_THERE ? null : value,
      quality: isThere || verdict.quality.level === 'bad' ? verdict.quality : bad('decode'),
      sourceTime,
      receiveTime,
      flags: flags | verdict.flags,
    };
  });
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
