import type { Ingested } from '#agent/ingest/ingested.ts';
import type { Journal, JournalHealth } from '#agent/journal/journal.ts';
import type { JournalFigures, JournalStatus } from '#agent/journal/status.ts';
import type { AlarmView } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { SourceId } from '#agent/model/ids.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import type { SiteConfig } from '#config/site.ts';

/** The site in figures, at one moment. */
export interface SiteReport {
  /** UTC ms. */
  readonly time: number;
  readonly sources: readonly SourceReport[];
  readonly alarms: readonly AlarmView[];
  /** How many samples it holds is counted for the last report alone. */
  readonly journal: JournalFigures & Partial<JournalStatus>;
  /** How the journal gets on with its disk. */
  readonly journalHealth: JournalHealth;
  readonly uplinks: readonly UplinkReport[];
  /** Alarm steps and events that the journal could not take and that were given up. */
  readonly lostSteps: number;
}

export interface SourceReport {
  readonly id: SourceId;
  readonly kind: string;
  readonly name: string;
  readonly simulated: boolean;
  /** Absent before the first. */
  readonly status?: SourceStatus;
  readonly points: number;
  /** Samples since start. */
  readonly samples: number;
  /** Samples that were not good, since start. */
  readonly notGood: number;
  /** Samples per second over the last half second at least. */
  readonly perSecond: number;
}

interface SourceCount {
  samples: number;
  notGood: number;
  status?: SourceStatus;
  reported: number;
  perSecond: number;
}

const RATE_MS = 450;

const newCount = (): SourceCount => ({ samples: 0, notGood: 0, reported: 0, perSecond: 0 });

const sourcesOfPoints = ({ points }: SiteConfig) => new Map(points.map(({ id, source }) => [id, source]));

function pointsOfSources({ points }: SiteConfig): ReadonlyMap<SourceId, number> {
  const counts = new Map<SourceId, number>();
  for (const { source } of points) counts.set(source, (counts.get(source) ?? 0) + 1);
  return counts;
}

/** Counts what passes; never steers. */
export function createTally(initial: SiteConfig, clock: Clock) {
  let config = initial;
  const counts = new Map<SourceId, SourceCount>(config.sources.map(({ id }) => [id, newCount()]));
  let sourceOf = sourcesOfPoints(config);
  let pointsOf = pointsOfSources(config);
  const uplinks = new Map<string, UplinkReport>();
  let lostSteps = 0;
  let reportedAt = clock.monotonic();

  return {
    ingested(ingested: Ingested): void {
      if (ingested.type === 'status') {
        const count = counts.get(ingested.status.source);
        if (count) count.status = ingested.status;
      }
      if (ingested.type !== 'samples') return;
      const first = ingested.samples[0];
      const source = first && sourceOf.get(first.point);
      const count = source && counts.get(source);
      if (!count) return;
      count.samples += ingested.samples.length;
      for (const sample of ingested.samples) if (sample.quality.level !== 'good') count.notGood += 1;
    },
    uplink(report: UplinkReport): void {
      uplinks.set(report.receiver, report);
    },
    statuses: (): SourceStatus[] => [...counts.values()].flatMap(({ status }) => status ?? []),
    /** Another configuration: what goes on is counted on. */
    follow(next: SiteConfig): void {
      config = next;
      sourceOf = sourcesOfPoints(next);
      pointsOf = pointsOfSources(next);
      const sources = new Set(next.sources.map(({ id }) => id));
      for (const id of counts.keys()) if (!sources.has(id)) counts.delete(id);
      for (const id of sources) if (!counts.has(id)) counts.set(id, newCount());
      const receivers = new Set<string>(next.receivers.map(({ id }) => id));
      for (const id of uplinks.keys()) if (!receivers.has(id)) uplinks.delete(id);
    },
    uplinks: (): UplinkReport[] => [...uplinks.values()],
    lost(steps: number): void {
      lostSteps += steps;
    },
    report(journal: Pick<Journal, 'figures' | 'health'>, alarms: readonly AlarmView[]): SiteReport {
      // Several ask, each at his own pace: a rate is that of the last full period, whoever asks.
      const elapsed = clock.monotonic() - reportedAt;
      if (elapsed >= RATE_MS) {
        reportedAt = clock.monotonic();
        for (const count of counts.values()) {
          count.perSecond = ((count.samples - count.reported) / elapsed) * 1000;
          count.reported = count.samples;
        }
      }
      const sources = config.sources.map(({ id, kind, name, simulated }): SourceReport => {
        const points = pointsOf.get(id) ?? 0;
        const { samples = 0, notGood = 0, perSecond = 0, status } = counts.get(id) ?? {};
        return { id, kind, name, simulated, points, samples, notGood, perSecond, ...(status && { status }) };
      });
      return {
        time: clock.now(),
        sources,
        alarms,
        journal: journal.figures(),
        journalHealth: journal.health(),
        uplinks: [...uplinks.values()],
        lostSteps,
      };
    },
  };
}
