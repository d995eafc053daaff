import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal } from '#agent/journal/journal.ts';
import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';
import { site } from './harness.ts';

/** A journal on disk and points whose values walk, for the benchmarks. */
export interface BenchSite {
  readonly journal: Journal;
  readonly points: readonly Point[];
  /** One sample of each of the next `count` points. */
  readonly scan: (count: number) => Sample[];
  readonly close: () => void;
}

export function openBenchSite(pointCount: number): BenchSite {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-bench-'));
  const journal = openJournal({
    directory,
    site: site.id,
    clock: systemClock,
    maxAgeMs: 30 * 86_400_000,
    maxBytes: 4e9,
    sampleCommitMs: 250,
  });
  const points = Array.from({ length: pointCount }, (_, index): Point => ({
    id: pointId(`T-${100 + index}.temperature`),
    source: sourceId('dcs'),
    kind: 'temperature',
    name: `${index}号塔温度`,
    unit: '°C',
    staleAfterMs: 10_000,
    safetyRole: 'none',
  }));
  const values = points.map(() => 20 + 80 * Math.random());
  let next = 0;
  return {
    journal,
    points,
    scan(count) {
      const now = Date.now();
      return Array.from({ length: count }, () => {
        const place = next % pointCount;
        next += 1;
        const value = (values[place] ?? 0) + (Math.random() - 0.5) / 5;
        values[place] = value;
        const point = points[place]?.id ?? pointId('none');
        // A transmitter gives four or five digits.
        return {
          point,
          value: Math.round(value * 100) / 100,
          quality: GOOD,
          sourceTime: now - 20,
          receiveTime: now,
          flags: 0,
        };
      });
    },
    close() {
      journal.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

export const percentile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
