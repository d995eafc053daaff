import { Flag } from '#agent/model/flags.ts';
import type { PointId } from '#agent/model/ids.ts';
import { bad, GOOD, uncertain, type Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { MillAddress, MillQuantity } from './address.ts';
import type { IntervalSummary } from './interval.ts';

interface Reading {
  readonly value: SampleValue;
  readonly quality: Quality;
  /** UTC ms; absent: the end of the interval. */
  readonly time?: number;
}

export interface MillPoint {
  readonly id: PointId;
  readonly address: MillAddress;
}

/** One sample for every point. `now` is the end of the interval, UTC ms. */
export function millSamples(
  points: readonly MillPoint[],
  summary: IntervalSummary,
  now: number,
  isSimulated: boolean,
): Sample[] {
  const flags = isSimulated ? Flag.sim : 0;
  return points.map(({ id, address }) => {
    const { value, quality, time = now } = read(address.quantity, summary);
    return { point: id, value, quality, sourceTime: time, receiveTime: time, flags };
  });
}

function read(quantity: MillQuantity | undefined, summary: IntervalSummary): Reading {
  if (quantity === undefined) return { value: null, quality: bad('no-such-address') };
  if (quantity === 'damaged') return { value: summary.damaged, quality: GOOD };
  if (summary.sentences === 0) return { value: null, quality: bad(summary.hasBytes ? 'decode' : 'comm-lost') };
  if (quantity === 'fault') return { value: summary.hasFault, quality: GOOD };
  if (quantity === 'stuck') return { value: summary.stuck !== undefined, quality: GOOD };
  if (quantity === 'jumps-total') return { value: summary.jumpsTotal, quality: GOOD };
  const { last, peak } = summary;
  if (summary.lastFault !== 0 && (quantity === 'field' || !peak))
    return { value: null, quality: bad('sensor-fault', summary.lastFault) };
  // Sentences came, and none of them can be believed.
  if (!last || !peak) return { value: null, quality: bad(summary.hasFault ? 'sensor-fault' : 'decode') };
  const quality = summary.stuck ? uncertain('sensor-fault') : GOOD;
  if (quantity === 'field') return { value: last.field, quality, time: last.time };
  if (quantity === 'peak') return { value: peak.field, quality, time: peak.time };
  const values = { step: summary.step, jumps: summary.jumps, 'over-range': summary.isClipped };
  return { value: values[quantity], quality };
}
