import type { PointId } from '#agent/model/ids.ts';
import { GOOD, type Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { Decoder } from './decode.ts';

/** A point prepared for reading. */
export interface ReadPoint {
  readonly id: PointId;
  readonly register: number;
  readonly decode: Decoder;
}

/** When and how samples of one reply were obtained. */
export interface Reading {
  /** UTC ms. Modbus carries no time: the source time is the receive time. */
  readonly time: number;
  readonly flags: number;
}

export function sampleOf(point: ReadPoint, data: Uint8Array, at: number, { time, flags }: Reading): Sample {
  const decoded = point.decode(data, at);
  return typeof decoded === 'object'
    ? { point: point.id, value: null, quality: decoded, sourceTime: time, receiveTime: time, flags }
    : { point: point.id, value: decoded, quality: GOOD, sourceTime: time, receiveTime: time, flags };
}

export const badSample = (point: ReadPoint, quality: Quality, { time, flags }: Reading): Sample => ({
  point: point.id,
  value: null,
  quality,
  sourceTime: time,
  receiveTime: time,
  flags,
});
