import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { interval, lastValueFrom, map, merge, takeWhile } from 'rxjs';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { PointId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';

export interface LiveOptions {
  readonly drivers: readonly Driver[];
  readonly clock: Clock;
  /** What has not been read by then counts as not read. Milliseconds. */
  readonly withinMs: number;
}

/** What reading a source once has shown. */
export interface SourceReading {
  readonly source: SourceConfig;
  /** The last; absent when nothing at all was heard of the source. */
  readonly status?: SourceStatus;
  /** The newest sample of each point, as the agent would record it. */
  readonly samples: ReadonlyMap<PointId, Sample>;
  /** What the driver said besides, of the source or of one of its points; each text once. */
  readonly remarks: readonly Remark[];
}

interface Remark {
  readonly text: string;
  readonly point?: PointId;
}

/** A refused connection may be bad luck (a PLC that serves one client at a time); the second is the answer. */
const ATTEMPTS = 2;
/** A value that is not good may get better within this: a search for refused registers, a node's first value. */
const SETTLE_MS = 3000;
const LOOK_MS = 100;
const MOST_REMARKS = 1000;

/**
 * Reads every point once, through the drivers and checks that the agent uses, all sources at the same time. Nothing is
 * stored but what a driver needs to connect (a client certificate). Resolves at the latest after `withinMs`, whatever
 * the devices do, and has begun to release them by then.
 */
export function readLive(config: SiteConfig, options: LiveOptions): Promise<readonly SourceReading[]> {
  const share = shareRegistry();
  const { journal, alarms } = config;
  const { clock } = options;
  const readings = config.sources.map(async (source): Promise<SourceReading> => {
    const driver = options.drivers.find(({ kind }) => kind === source.kind);
    if (!driver) throw new Error(`source ${source.id}: no driver of kind ${source.kind}`);
    const points = config.points.filter((point) => point.source === source.id);
    const stateDir = join(journal.directory, 'sources', source.id);
    mkdirSync(stateDir, { recursive: true });
    const { options: ofSource, addresses } = source;
    const watch = watchOnce(source, points.length, options);
    const told$ = superviseSource({
      source,
      driver,
      options: ofSource,
      points,
      addresses,
      alarms,
      clock,
      stateDir,
      share,
    });
    const over$ = merge(told$.pipe(map(watch.take)), interval(LOOK_MS)).pipe(takeWhile(() => !watch.isOver(), true));
    await lastValueFrom(over$);
    return watch.reading();
  });
  return Promise.all(readings);
}

/** Gathers what one source tells until there is nothing more to wait for. */
function watchOnce(source: SourceConfig, points: number, { clock, withinMs }: LiveOptions) {
  const begunAt = clock.monotonic();
  const samples = new Map<PointId, Sample>();
  const remarks = new Map<string, Remark>();
  let status: SourceStatus | undefined;
  let failures = 0;
  let completeAt: number | undefined;

  const takeSample = (sample: Sample): void => {
    // Nobody has answered yet, or the answer has grown old while other points were waited for.
    if (sample.quality.reason === 'not-yet-read' || (sample.quality.reason === 'stale' && samples.has(sample.point)))
      return;
    samples.set(sample.point, sample);
    if (samples.size === points) completeAt ??= clock.monotonic();
  };

  return {
    take: (told: Ingested): void => {
      if (told.type === 'samples') for (const sample of told.samples) takeSample(sample);
      else if (told.type === 'status') {
        // Each failed attempt announces another next one.
        if (told.status.state === 'offline' && told.status.nextAttempt !== status?.nextAttempt) failures += 1;
        status = told.status;
      } else if (told.type === 'event' && isRemark(told.event.kind) && remarks.size < MOST_REMARKS) {
        const { text, point } = told.event;
        remarks.set(text, point === undefined ? { text } : { text, point });
      }
    },
    isOver: (): boolean => {
      const now = clock.monotonic();
      if (failures >= ATTEMPTS || now - begunAt >= withinMs) return true;
      if (points === 0) return status?.state === 'online';
      if (completeAt === undefined) return false;
      const isSettled = now - completeAt >= SETTLE_MS && status?.state !== 'offline';
      return isSettled || [...samples.values()].every(({ quality }) => quality.level === 'good');
    },
    reading: (): SourceReading => ({ source, samples, remarks: [...remarks.values()], ...(status && { status }) }),
  };
}

/** State changes are in the status already. */
const isRemark = (kind: string): boolean => !/^source\.(online|degraded|offline)$/.test(kind);
