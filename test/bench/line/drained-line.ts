import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal } from '#agent/journal/journal.ts';
import { journalFile } from '#agent/journal/store.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { receiverOptions, runUplink, site, type RunningUplink } from '#test/agent/uplink/harness.ts';
import type { Scan } from '../plant-samples.ts';

/** A journal whose clock is set by the data until {@link goLive}, and then is that of the machine. */
export interface DrainedLine {
  readonly journal: Journal;
  /** Commits one scan as if it had been read at `time`, UTC ms. */
  readonly write: (scan: Scan, time: number) => void;
  readonly goLive: () => void;
  readonly bytesOnDisk: () => number;
  readonly connect: (url: string) => RunningUplink;
  readonly close: () => void;
}

const HOUR_MS = 3_600_000;

export function openDrainedLine(scans: readonly Scan[]): DrainedLine {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-drain-'));
  let at: number | undefined = 0;
  const clock = { now: () => at ?? Date.now(), monotonic: () => at ?? performance.now() };
  const journal = openJournal({
    directory,
    site: site.id,
    clock,
    maxAgeMs: 1000 * HOUR_MS,
    maxBytes: 20e9,
    sampleCommitMs: 250,
    deliveredUpTo: () => 0,
  });
  const points = [...new Set(scans.flatMap((scan) => scan.map(({ point }) => point)))].map((id): Point => ({
    id,
    source: sourceId('dcs'),
    kind: 'number',
    name: id,
    unit: '',
    staleAfterMs: 10_000,
    safetyRole: 'none',
  }));
  return {
    journal,
    write(scan, time) {
      const shift = time - (scan[0]?.receiveTime ?? time);
      at = at === undefined ? undefined : time;
      journal.appendSamples(
        scan.map((each) => ({
          ...each,
          sourceTime: each.sourceTime + shift,
          receiveTime: each.receiveTime + shift,
        })),
      );
      if (at === undefined) return;
      journal.flush();
      journal.tick();
    },
    goLive() {
      at = undefined;
    },
    bytesOnDisk: () => statSync(journalFile(directory)).size,
    connect: (url) =>
      runUplink(
        journal,
        {
          ...receiverOptions(
            url,
            { requireSubscriber: false },
            { live: { streams: ['sample'], withinMs: 30_000 }, backfill: { samplesPerSecond: 1e9 } },
          ),
          wire: 'compact',
        },
        { points },
      ),
    close() {
      journal.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
