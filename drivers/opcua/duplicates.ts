import type { Sample } from '#agent/model/sample.ts';

/**
 * Drops a sample that says what the point's last one said: same source time, value and status. A server repeats itself
 * after a reconnect (the full read, the new subscription's first notification, a republished message). No value for the
 * same reason as before is the same whatever its time: a missing node that is read each second is no news each second.
 *
 * One filter lives as long as one connection, so that the first reading after an outage always passes: it is what makes
 * the point good again.
 */
export function createDuplicateFilter(): (sample: Sample) => boolean {
  const last = new Map<string, Sample>();
  return (sample) => {
    const before = last.get(sample.point);
    if (before && isSame(before, sample)) return false;
    last.set(sample.point, sample);
    return true;
  };
}

const isSame = (a: Sample, b: Sample): boolean =>
  (a.sourceTime === b.sourceTime || isNothing(a)) &&
  Object.is(a.value, b.value) &&
  a.quality.level === b.quality.level &&
  a.quality.reason === b.quality.reason &&
  a.quality.raw === b.quality.raw;

const isNothing = ({ value, quality }: Sample): boolean => value === null && quality.level === 'bad';
