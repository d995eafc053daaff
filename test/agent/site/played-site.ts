import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, of, Subject } from 'rxjs';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { openForReading } from '#agent/journal/store.ts';
import { toRecord } from '#agent/journal/record-table.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { Fact } from '#agent/model/fact.ts';
import { pointId } from '#agent/model/ids.ts';
import type { DurableStream, JournalRecord, RecordOf } from '#agent/model/record.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import { startSite } from '#agent/site.ts';
import type { RunningSite, Told } from '#agent/site.ts';
import { formatFinding } from '#config/findings.ts';
import { loadSite } from '#config/load-site.ts';
import type { Driver, Signal } from '#drivers/driver.ts';

/** A site whose one device says what the test plays. */
export interface PlayedSite extends RunningSite {
  readonly play: (values: Readonly<Record<string, SampleValue>>) => void;
  readonly playFacts: (facts: readonly Fact[]) => void;
  readonly told: readonly Told[];
}

export function siteDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-site-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs a site from YAML on the journal of its directory: started again there, it is the next run. */
export function startPlayedSite(directory: string, yaml: string): PlayedSite {
  const signals = new Subject<Signal>();
  const driver: Driver = {
    kind: 'played',
    summary: 'says what the test plays',
    schema: z.strictObject({}),
    address: z.string(),
    open: () => concat(of<Signal>({ type: 'status', state: 'online', reason: '' }), signals),
    releaseWithinMs: 100,
  };
  const file = join(directory, 'site.yaml');
  writeFileSync(file, `site: { id: played }\nsources:\n  - { id: plant, kind: played }\n${yaml}`);
  const loaded = loadSite(file, { kinds: [driver], env: {} });
  if (!loaded.ok) throw new Error(loaded.errors.map(formatFinding).join('\n'));
  const told: Told[] = [];
  const site = startSite({
    config: loaded.config,
    drivers: [driver],
    clock: systemClock,
    tell: (one) => told.push(one),
  });
  return {
    ...site,
    told,
    playFacts: (facts) => signals.next({ type: 'facts', facts }),
    play: (values) => {
      const now = systemClock.now();
      const samples = Object.entries(values).map(([point, value]) => ({
        point: pointId(point),
        value,
        quality: { level: 'good' as const },
        sourceTime: now,
        receiveTime: now,
        flags: 0,
      }));
      signals.next({ type: 'samples', samples });
    },
  };
}

/** What is on disk, read beside or after the run. */
export function recordsOf<S extends DurableStream>(
  directory: string,
  stream: S,
  most = 10_000,
): Extract<JournalRecord, RecordOf<S, unknown>>[] {
  const tables = openForReading(join(directory, 'data'));
  try {
    return tables.records
      .rows(stream, 0, Number.MAX_SAFE_INTEGER, most)
      .flatMap((row) => (toRecord(stream, row) as Extract<JournalRecord, RecordOf<S, unknown>> | undefined) ?? []);
  } finally {
    tables.close();
  }
}
