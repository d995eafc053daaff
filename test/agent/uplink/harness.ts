import { pathToFileURL } from 'node:url';
import type { Observable, Subscription } from 'rxjs';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import { receiverId, siteId } from '#agent/model/ids.ts';
import { systemClock } from '#agent/model/clock.ts';
import type { FileDropOptions, MqttOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import type { UplinkOptions } from '#agent/uplink/options.ts';
import type { UplinkReport } from '#agent/uplink/report.ts';
import { openUplink } from '#agent/uplink/uplink.ts';

export const site = { id: siteId('h2o2-demo'), simulated: false };

export const receiverOptions = (
  url: string,
  changes: Partial<MqttOptions> = {},
  lanes: Partial<ReceiverOptions['lanes']> = {},
): ReceiverOptions => ({
  id: receiverId('park'),
  name: '园区平台',
  transport: {
    kind: 'mqtt',
    url,
    version: 5,
    clientId: 'h2o2-demo',
    topicPrefix: 'firewatch',
    keepaliveMs: 5_000,
    ...changes,
  },
  profile: 'firewatch-json',
  lanes: {
    alarm: { streams: ['alarm', 'event', 'gap', 'audit'] },
    live: { streams: ['sample'], withinMs: 30_000 },
    backfill: { samplesPerSecond: 1_000_000 },
    inFlight: 20,
    ...lanes,
  },
});

export const fileDropOptions = (directory: string, changes: Partial<FileDropOptions> = {}): FileDropOptions => ({
  kind: 'file-drop',
  url: pathToFileURL(directory).href,
  directory,
  work: `${directory}.work`,
  name: 'h2o2-demo-park',
  everyMs: 10,
  directoryBytes: 1e9,
  directoryFiles: 10_000,
  ...changes,
});

/** An uplink under way, with its latest report. */
export interface RunningUplink {
  readonly reports: UplinkReport[];
  readonly latest: () => UplinkReport | undefined;
  readonly close: () => void;
}

export function runUplink(
  journal: RecordReader & { readonly committed$: Observable<Stream> },
  receiver: ReceiverOptions,
  changes: Partial<UplinkOptions> = {},
): RunningUplink {
  const reports: UplinkReport[] = [];
  let failure: unknown;
  const subscription: Subscription = openUplink({
    site,
    receiver,
    reader: journal,
    committed$: journal.committed$,
    clock: systemClock,
    ...changes,
    tuning: { backoffBaseMs: 20, backoffCapMs: 200, reportMs: 50, tickMs: 10, retryMs: 20, ...changes.tuning },
  }).subscribe({
    next: (report) => reports.push(report),
    error: (error: unknown) => {
      failure = error;
    },
  });
  return {
    reports,
    latest() {
      if (failure !== undefined) throw failure;
      return reports.at(-1);
    },
    close: () => subscription.unsubscribe(),
  };
}
