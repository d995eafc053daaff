import type { JournalStatus } from '#agent/journal/status.ts';
import { STREAMS } from '#agent/journal/streams.ts';
import type { SeqRange } from '#agent/journal/seq-range.ts';
import type { Verdict } from '#agent/journal/verify.ts';

/** What `journal status` prints. */
export function statusText(status: JournalStatus, drainSeconds: number | undefined): string[] {
  const { bytes, maxBytes, samples, samplesPerSecond, bytesPerSample, hoursOfBuffer, oldest, lastGap } = status;
  const limit = Number.isFinite(maxBytes) ? ` of ${megabytes(maxBytes)}` : '';
  return [
    ...STREAMS.map((stream) => {
      const { head, tail } = status.streams[stream];
      const kept = head < tail ? 'empty' : `records ${tail} to ${head}`;
      return `${stream.padEnd(8)}${kept}`;
    }),
    `samples ${samples}, ${samplesPerSecond.toFixed(0)} a second, ${bytesPerSample.toFixed(2)} bytes each`,
    `disk    ${megabytes(bytes)}${limit}`,
    ...(hoursOfBuffer === undefined ? [] : [`buffer  ${hoursOfBuffer.toFixed(1)} hours at this rate`]),
    ...(drainSeconds === undefined ? [] : [`drain   ${drainText(drainSeconds)}`]),
    ...(oldest === undefined ? [] : [`oldest  ${new Date(oldest).toISOString()}`]),
    ...(lastGap === undefined
      ? []
      : [`last gap  ${new Date(lastGap.from).toISOString()} ${lastGap.reason}: ${lastGap.text}`]),
    ...Object.entries(status.cursors).map(
      ([receiver, cursors]) =>
        `receiver ${receiver}: ${Object.entries(cursors)
          .map(([name, value]) => `${name} ${value}`)
          .join(', ')}`,
    ),
  ];
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

const drainText = (seconds: number): string =>
  Number.isFinite(seconds) ? `${(seconds / 3600).toFixed(2)} hours for all that is stored` : 'never at that rate';

/** What `journal verify` prints. */
export function verdictText({ isSound, file, samples, streams }: Verdict): string[] {
  const lines = STREAMS.flatMap((stream) => {
    const { records, first, last, explained, unexplained, damaged, nameless, chainBreaks, chainEnd } = streams[stream];
    const range = records === 0 ? 'empty' : `${records} records, ${first} to ${last}`;
    return [
      `${stream.padEnd(8)}${range}${chainEnd === undefined ? '' : `, chain ${chainEnd.slice(0, 16)}…`}`,
      ...explained.map((each) => `        ${rangeText(each)}: gone, and a gap says why`),
      ...unexplained.map((each) => `        ${rangeText(each)}: missing without a reason`),
      ...damaged.map((each) => `        ${rangeText(each)}: not what was written`),
      ...(nameless > 0
        ? [`        ${nameless} without who it was: personal data has its age, and an event says so`]
        : []),
      ...chainBreaks.map((seq) => `        ${seq}: does not follow from the record before it`),
    ];
  });
  return [
    ...lines,
    `samples ${samples}`,
    `file    ${file}`,
    isSound ? 'sound: everything is as it was written' : 'NOT SOUND',
  ];
}

const rangeText = ({ first, last }: SeqRange): string => (first === last ? String(first) : `${first} to ${last}`);
