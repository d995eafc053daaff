import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal, type Journal } from '#agent/journal/journal.ts';
import { journalFile } from '#agent/journal/store.ts';
import { receiverId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { receiverOptions, runUplink, site, type RunningUplink } from '#test/agent/uplink/harness.ts';
import type { Scan } from '../plant-samples.ts';

/** A journal and an uplink of it. */
export interface DrainedLine {
  readonly journal: Journal;
  /** How long its opening took. Milliseconds. */
  readonly openMs: number;
  /** Takes one scan as if it had been read at `time`, UTC ms; by a clock of the data, it is committed at once. */
  readonly write: (scan: Scan, time: number) => void;
  readonly bytesOnDisk: () => number;
  readonly connect: (url: string) => RunningUplink;
  readonly close: () => void;
}

export interface LinePlace {
  /** Of the journal, which is kept there; a temporary one if absent. */
  readonly directory?: string;
  /** UTC ms at which the clock begins that the data set from then on. Absent: the machine's. */
  readonly from?: number;
  /** Under which it delivers: to another one everything is new. */
  readonly receiver?: string;
}

const HOUR_MS = 3_600_000;

export function openDrainedLine(scans: readonly Scan[], place: LinePlace = {}): DrainedLine {
  const directory = place.directory ?? mkdtempSync(join(tmpdir(), 'firewatch-drain-'));
  let at = place.from;
  const clock = { now: () => at ?? Date.now(), monotonic: () => at ?? performance.now() };
  const openedAt = performance.now();
  const journal = openJournal({
    directory,
    site: site.id,
    clock,
    maxAgeMs: 1000 * HOUR_MS,
    maxBytes: 20e9,
    sampleCommitMs: 250,
    deliveredUpTo: () => 0,
  });
  const openMs = performance.now() - openedAt;
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
    openMs,
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
          id: receiverId(place.receiver ?? 'park'),
          wire: 'compact',
        },
        { points },
      ),
    close() {
      journal.close();
      if (place.directory === undefined) rmSync(directory, { recursive: true, force: true });
    },
  };
}
