import { describe, expect, it } from 'vitest';
import type { PermitView } from '#agent/model/permit-view.ts';
import { axisOn, barOn, momentOn, videoByCamera, videoSpan, workBars } from '#agent/web/page/work/timeline.ts';

const span = { from: 0, to: 100 };
const worked = (turns: PermitView['turns'], validFrom = 20, validTo = 60) =>
  workBars({ turns, validFrom, validTo } as PermitView, span, 80);

describe('the line of a permit', () => {
  it('shows work within the permit, interrupted, and beyond it as three different things', () => {
    const turns = [
      { time: 10, state: 'active' },
      { time: 30, state: 'suspended' },
      { time: 40, state: 'active' },
    ] as const;
    expect(worked(turns)).toEqual([
      { kind: 'beyond', start: 0.1, length: 0.1 },
      { kind: 'active', start: 0.2, length: 0.1 },
      { kind: 'suspended', start: 0.3, length: 0.1 },
      { kind: 'active', start: 0.4, length: 0.2 },
      { kind: 'beyond', start: 0.6, length: 0.2 },
    ]);
  });

  it('ends work when the permit is finished, and draws nothing of one that is only approved', () => {
    expect(
      worked([
        { time: 30, state: 'active' },
        { time: 50, state: 'finished' },
      ]),
    ).toEqual([{ kind: 'active', start: 0.3, length: 0.2 }]);
    expect(worked([{ time: 30, state: 'approved' }])).toEqual([]);
  });

  it('cuts off what is not seen', () => {
    expect(barOn(span, -50, 10)).toEqual({ start: 0, length: 0.1 });
    expect(barOn(span, 100, 150)).toBeUndefined();
    expect(momentOn(span, 101)).toBeUndefined();
    expect(momentOn(span, 25)).toBe(0.25);
  });

  it('marks full hours of the site’s own zone, at most twelve or so', () => {
    const hour = 3_600_000;
    const { times, step } = axisOn({ from: 0, to: 24 * hour }, 5.5 * hour);
    expect(step).toBe(2 * hour);
    expect(times[0]).toBe(0.5 * hour);
    expect(times.length).toBeLessThanOrEqual(13);
  });
});

describe('the video of a permit', () => {
  const stretch = { spells: [], seenMs: 0, blindMs: 0, unknownMs: 0 };

  it('is one line a camera over all stretches of work, whole only when it saw all of them', () => {
    const videos = [
      { ...stretch, camera: 'east', from: 0, to: 100, seenMs: 99_999, unknownMs: 1 },
      { ...stretch, camera: 'west', from: 0, to: 100, seenMs: 50_000, blindMs: 50_000 },
      { ...stretch, camera: 'east', from: 200, to: null, seenMs: 100_000 },
    ];
    expect(videoByCamera(videos)).toMatchObject([
      { camera: 'east', seenMs: 199_999, percent: 99.9, stretches: [{ from: 0 }, { from: 200 }] },
      { camera: 'west', percent: 50, blindMs: 50_000 },
    ]);
    expect(videoSpan(videos, 500)).toEqual({ from: 0, to: 500 });
    expect(videoByCamera([{ ...stretch, camera: 'north', from: 5, to: 5 }])[0]?.percent).toBe(0);
  });
});
