import { mkdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Observable } from 'rxjs';
import type { Ingested } from '#agent/ingest/ingested.ts';
import type { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import type { Journal } from '#agent/journal/journal.ts';
import type { Clock } from '#agent/model/clock.ts';
import { siteId, type ReceiverId } from '#agent/model/ids.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { Stream } from '#agent/model/record.ts';
import type { UplinkOptions } from '#agent/uplink/options.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import { openUplink } from '#agent/uplink/uplink.ts';
import type { SiteConfig, SourceConfig } from '#config/site.ts';
import type { Driver } from '#drivers/driver.ts';
import type { Member } from './changing-set.ts';
import { fingerprint } from './fingerprint.ts';

/** A source together with all of the configuration that its supervision rests on. */
export interface SourceItem {
  readonly source: SourceConfig;
  readonly points: SiteConfig['points'];
  readonly alarms: SiteConfig['alarms'];
  readonly directory: string;
}

export function sourceMembers({ sources, points, alarms, journal }: SiteConfig): readonly Member<SourceItem>[] {
  const pointsOf = Map.groupBy(points, ({ source }) => source);
  const alarmsOf = Map.groupBy(alarms, ({ source }) => source);
  return sources.map((source) => {
    const own = { points: pointsOf.get(source.id) ?? [], alarms: alarmsOf.get(source.id) ?? [] };
    const { addresses, ...rest } = source;
    // Supervision asks which kinds of alarm a point has; another setpoint is no reason to connect anew.
    const kinds = own.alarms.map(({ point, condition }) => `${point ?? ''}/${condition.kind}`);
    return {
      id: source.id,
      item: { source, ...own, directory: journal.directory },
      fingerprint: fingerprint([rest, addresses, own.points, kinds]),
    };
  });
}

export interface SourceParts {
  readonly drivers: readonly Driver[];
  readonly clock: Clock;
  readonly share: ReturnType<typeof shareRegistry>;
  /** Resolves once all samples that were taken before are committed; never while the disk refuses. */
  readonly stored: () => Promise<unknown>;
}

export function openSource(
  { source, points, alarms, directory }: SourceItem,
  { drivers, clock, share, stored }: SourceParts,
): Observable<Ingested> {
  const stateDir = join(directory, 'sources', source.id);
  mkdirSync(stateDir, { recursive: true });
  const { options, addresses } = source;
  const driver = driverOf(source, drivers);
  return superviseSource({ source, driver, options, points, addresses, alarms, clock, stateDir, share, stored });
}

function driverOf(source: SourceConfig, drivers: readonly Driver[]): Driver {
  const driver = drivers.find(({ kind }) => kind === source.kind);
  if (!driver)
    throw new Error(`source ${source.id}: no driver of kind ${source.kind}; configuration checks that before`);
  return driver;
}

/** A receiver, and what it is told of the site as a whole. */
export interface ReceiverItem {
  readonly receiver: ReceiverOptions;
  readonly site: { readonly id: SiteConfig['site']['id']; readonly simulated: boolean };
  readonly points: SiteConfig['points'];
  /** Where pictures are kept; absent: none are. */
  readonly evidenceDirectory?: string;
}

export function receiverMembers({
  site,
  sources,
  receivers,
  points,
  standby,
  evidence,
}: SiteConfig): readonly Member<ReceiverItem>[] {
  // The two boxes of a pair number their records each by itself.
  const id = standby ? siteId(`${site.id}-${standby.box}`) : site.id;
  const told = { id, simulated: sources.some(({ simulated }) => simulated) };
  return receivers.map((receiver) => ({
    id: receiver.id,
    item: { receiver, site: told, points, ...(evidence && { evidenceDirectory: evidence.directory }) },
    fingerprint: fingerprint([receiver, told, points]),
  }));
}

export interface ReceiverParts {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly skipThrough: (receiver: ReceiverId, stream: Stream) => number;
  readonly careOf: (receiver: ReceiverId) => NonNullable<UplinkOptions['care']>;
}

export const openReceiver = (
  { evidenceDirectory, ...item }: ReceiverItem,
  { journal, careOf, skipThrough, clock }: ReceiverParts,
): Observable<UplinkReport> =>
  openUplink({
    ...item,
    clock,
    skipThrough: (stream) => skipThrough(item.receiver.id, stream),
    care: careOf(item.receiver.id),
    reader: journal,
    committed$: journal.committed$,
    ...(evidenceDirectory !== undefined && { readEvidence: (file) => fileOf(evidenceDirectory, file) }),
  });

/** Undefined where it is gone: it had to make room, or was too old. */
function fileOf(directory: string, file: string): Buffer | undefined {
  try {
    return readFileSync(join(directory, basename(file)));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
