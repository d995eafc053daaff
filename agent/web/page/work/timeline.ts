import type { PermitView, VideoView } from '#agent/model/permit-view.ts';

/** UTC ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A part of a line, as shares of its length. */
export interface Bar {
  readonly start: number;
  readonly length: number;
}

interface WorkBar extends Bar {
  /** `beyond`: work goes on although the permit is not valid. */
  readonly kind: 'active' | 'suspended' | 'beyond';
}

/** Where a moment is on the line, 0 … 1; undefined outside. */
export function momentOn({ from, to }: Span, time: number): number | undefined {
  const share = (time - from) / (to - from);
  return share >= 0 && share <= 1 ? share : undefined;
}

/** What of a time is seen; undefined where nothing is. */
export function barOn({ from, to }: Span, start: number, end: number): Bar | undefined {
  const [first, last] = [Math.max(start, from), Math.min(end, to)];
  return last <= first ? undefined : { start: (first - from) / (to - from), length: (last - first) / (to - from) };
}

/** When work went on under a permit, and when it was interrupted; what goes on, goes on until `now`. */
export function workBars({ turns, validFrom, validTo }: PermitView, span: Span, now: number): readonly WorkBar[] {
  const bars: WorkBar[] = [];
  const add = (kind: WorkBar['kind'], start: number, end: number): void => {
    const bar = barOn(span, start, end);
    if (bar) bars.push({ kind, ...bar });
  };
  for (const [index, { time, state }] of turns.entries()) {
    const end = turns[index + 1]?.time ?? now;
    if (state === 'suspended') add('suspended', time, end);
    if (state !== 'active') continue;
    add('beyond', time, Math.min(end, validFrom));
    add('active', Math.max(time, validFrom), Math.min(end, validTo));
    add('beyond', Math.max(time, validTo), end);
  }
  return bars;
}

const HOUR_MS = 3_600_000;
const steps = [HOUR_MS, 2 * HOUR_MS, 4 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS];
const MOST_MARKS = 12;

/** Marks of the axis at full hours of the site. @param offsetMs of its zone from UTC */
export function axisOn(span: Span, offsetMs = 0): { readonly step: number; readonly times: readonly number[] } {
  const step = steps.find((one) => (span.to - span.from) / one <= MOST_MARKS) ?? 7 * 24 * HOUR_MS;
  const first = Math.ceil((span.from + offsetMs) / step) * step - offsetMs;
  const count = Math.max(0, Math.floor((span.to - first) / step) + 1);
  return { step, times: Array.from({ length: count }, (_, index) => first + index * step) };
}

/** What one camera saw of all the work under a permit. Milliseconds. */
export interface WholeVideo {
  readonly camera: string;
  readonly seenMs: number;
  readonly blindMs: number;
  readonly unknownMs: number;
  /** With one decimal, rounded down: 100 is all of it. */
  readonly percent: number;
  readonly stretches: readonly VideoView[];
}

/** Stretches of work by camera, in the order in which the cameras come. */
export function videoByCamera(videos: readonly VideoView[]): readonly WholeVideo[] {
  return [...Map.groupBy(videos, ({ camera }) => camera)].map(([camera, stretches]) => {
    const sum = (key: 'seenMs' | 'blindMs' | 'unknownMs'): number => stretches.reduce((all, one) => all + one[key], 0);
    const [seenMs, blindMs, unknownMs] = [sum('seenMs'), sum('blindMs'), sum('unknownMs')];
    const wholeMs = seenMs + blindMs + unknownMs;
    const percent = wholeMs === 0 ? 0 : Math.floor((1000 * seenMs) / wholeMs) / 10;
    return { camera, seenMs, blindMs, unknownMs, percent, stretches };
  });
}

/** From the first work under a permit to the last; work that goes on goes on until `now`. */
export const videoSpan = (videos: readonly VideoView[], now: number): Span => ({
  from: Math.min(...videos.map(({ from }) => from)),
  to: Math.max(...videos.map(({ to }) => to ?? now)),
});
