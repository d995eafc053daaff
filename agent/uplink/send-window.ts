import type { SendWindows } from '#agent/model/receiver.ts';
import type { LaneSource } from './lanes.ts';

const MINUTE_MS = 60_000;

/** Whether a time of day lies in one of the spans, in the site's own time zone. */
function createSendWindow({ timeZone, spans }: SendWindows): (wallMs: number) => boolean {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  let known = { minute: Number.NaN, isOpen: true };
  return (wallMs) => {
    const minute = Math.floor(wallMs / MINUTE_MS);
    if (minute !== known.minute) {
      const [hours = 0, minutes = 0] = format.format(wallMs).split(':').map(Number);
      const time = 60 * hours + minutes;
      // A span that ends before it begins goes over midnight.
      const holds = ({ from, to }: SendWindows['spans'][number]): boolean =>
        from < to ? from <= time && time < to : time >= from || time < to;
      known = { minute, isOpen: spans.some(holds) };
    }
    return known.isOpen;
  };
}

/** A lane that sends only in these windows; what waits meanwhile waits in the journal. */
export function withinWindows(source: LaneSource, windows: SendWindows | undefined): LaneSource {
  if (!windows) return source;
  const isOpen = createSendWindow(windows);
  let isPaused = false;
  return {
    lane: source.lane,
    stream: source.stream,
    next(now) {
      isPaused = !isOpen(now.wallMs);
      return isPaused ? undefined : source.next(now);
    },
    isLast: (step) => source.isLast(step),
    arrived: (span, now) => source.arrived(span, now),
    restart: (now) => source.restart(now),
    isOpen: ({ wallMs }) => isOpen(wallMs),
    get paused() {
      return isPaused ? 'outside of its send window' : undefined;
    },
  };
}
