import { Flag } from '#agent/model/flags.ts';
import { pointId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';

export const samplesAt = (time: number, count: number, flags: number = Flag.sim): Sample[] =>
  Array.from({ length: count }, (_, i) => ({
    point: pointId(`P-${i}`),
    value: i + time / 7,
    quality: GOOD,
    sourceTime: time - 5,
    receiveTime: time,
    flags,
  }));
