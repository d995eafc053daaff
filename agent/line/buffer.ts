import type { JournalStatus } from '#agent/journal/status.ts';
import { BUFFER_POINT } from '#agent/model/buffer-point.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { bad, GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';

/** Told as enough again only above this share of what was agreed, so that a rate that sways is not told each time. */
const ENOUGH_AGAIN = 1.1;

type Buffer = Pick<JournalStatus, 'hoursOfBuffer' | 'samplesPerSecond' | 'maxBytes'>;

/** Watches whether the journal holds the hours that were agreed: an event each time that changes. */
export function bufferWatch(contractedHours: number) {
  let isShort = false;

  return (
    { hoursOfBuffer, samplesPerSecond, maxBytes }: Buffer,
    { time, flags }: Pick<SiteEvent, 'time' | 'flags'>,
  ): SiteEvent | undefined => {
    // Nothing flows: nothing can be said.
    if (hoursOfBuffer === undefined) return undefined;
    const isShortNow = hoursOfBuffer < contractedHours * (isShort ? ENOUGH_AGAIN : 1);
    if (isShortNow === isShort) return undefined;
    isShort = isShortNow;
    const hours = Math.round(hoursOfBuffer * 10) / 10;
    return {
      time,
      kind: isShort ? 'journal.buffer-short' : 'journal.buffer-enough',
      text: isShort
        ? `the journal holds ${hours} h at the present rate, ${contractedHours} h are agreed: raise journal.maxSize or read less often`
        : `the journal holds ${hours} h at the present rate, ${contractedHours} h are agreed`,
      detail: { hours, contractedHours, samplesPerSecond: Math.round(samplesPerSecond), maxBytes },
      flags,
    };
  };
}

/** What the page and the alarm of {@link BUFFER_POINT} are told; bad while nothing flows, because nothing can be said. */
export const bufferSample = (
  { hoursOfBuffer }: Pick<Buffer, 'hoursOfBuffer'>,
  time: number,
  flags: number,
): Sample => ({
  point: BUFFER_POINT,
  value: hoursOfBuffer ?? null,
  quality: hoursOfBuffer === undefined ? bad('not-yet-read') : GOOD,
  sourceTime: time,
  receiveTime: time,
  flags,
});
