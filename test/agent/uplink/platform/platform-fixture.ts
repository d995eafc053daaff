import type { RegisterEntry } from '#agent/model/register.ts';
import type { Point } from '#agent/model/point.ts';
import type { PlatformOptions, ReceiverOptions } from '#agent/model/receiver.ts';
import { systemClock } from '#agent/model/clock.ts';
import { ProvincialPlatform } from '#simulators/receiver/platform/provincial-platform.ts';
import type { PlatformSimulation } from '#simulators/receiver/platform/provincial-platform.ts';
import { configOf, head, loadText, source } from '../../../config/site-folder.ts';
import {
  hiddenDanger,
  inspectionRecord,
  inspectionTask,
  riskEvent,
  riskMeasure,
  riskUnit,
} from '../../site/registers/register-fixture.ts';
import { runUplink } from '../harness.ts';
import type { RunningUplink } from '../harness.ts';
import { memoryJournal } from '../memory-journal.ts';
import { until } from '../mosquitto.ts';
import type { MemoryJournal } from '../memory-journal.ts';

export const COMPANY = '370600001';

/** A receiver as `receivers:` in YAML makes it. */
export function platformReceiver(url: string, more = '', profile = 'sd-observed-2024'): ReceiverOptions {
  const yaml = `${head}${source}points: []
receivers:
  - id: province
    transport: { kind: platform, url: "${url}", profile: ${profile}, company: "${COMPANY}", timeout: 2s${more} }
`;
  const [receiver] = configOf(loadText(yaml, { env: { KEY: '00112233445566778899aabbccddeeff' } })).receivers;
  if (!receiver) throw new Error('no receiver');
  return receiver;
}

export const optionsOf = (receiver: ReceiverOptions): PlatformOptions => {
  if (receiver.transport.kind !== 'platform') throw new Error('no platform');
  return receiver.transport;
};

/** Asks for receipts more often, or waits less long for them. */
export function withReceipts(
  receiver: ReceiverOptions,
  more: Partial<NonNullable<PlatformOptions['profile']['receipts']>>,
): ReceiverOptions {
  const options = optionsOf(receiver);
  const { receipts } = options.profile;
  if (!receipts) return receiver;
  return {
    ...receiver,
    transport: { ...options, profile: { ...options.profile, receipts: { ...receipts, ...more } } },
  };
}

/** Waits until it is so. */
export const eventually = (what: string, isTrue: () => boolean): Promise<void> => until(isTrue, () => what);

/** A chain of dual prevention: unit, event, measure, task, record and danger. */
export const chain = (): readonly RegisterEntry[] => [
  riskUnit(),
  riskEvent(),
  riskMeasure(),
  inspectionTask(),
  inspectionRecord('20261001090000', { id: 'R-1' }),
  hiddenDanger({ riskMeasureId: 'M-1', checkRecordId: 'R-1' }),
];

export interface Rig {
  readonly platform: ProvincialPlatform;
  readonly journal: MemoryJournal;
  readonly tell: (...entries: readonly RegisterEntry[]) => void;
  readonly start: (receiver?: ReceiverOptions, points?: readonly Point[]) => RunningUplink;
  readonly receiver: (more?: string) => ReceiverOptions;
  readonly stop: () => Promise<void>;
}

/** A simulated platform, and a journal whose records an uplink brings there. */
export async function rig(
  shape: PlatformSimulation['shape'] = 'park',
  simulation: Partial<PlatformSimulation> = {},
): Promise<Rig> {
  const platform = new ProvincialPlatform({ shape, company: COMPANY, ...simulation });
  await platform.start();
  const journal = memoryJournal();
  const running: RunningUplink[] = [];
  const profile = shape === 'park' ? 'sd-observed-2024' : 'relay-observed-2025';
  const receiver = (more = '') => withReceipts(platformReceiver(platform.url, more, profile), { everyMs: 50 });
  return {
    platform,
    journal,
    receiver,
    tell: (...entries) => {
      for (const body of entries) journal.add({ stream: 'register', time: systemClock.now(), body });
    },
    start: (given = receiver(), points = []) => {
      const uplink = runUplink(journal, given, { points, tuning: { flushMs: 20 } });
      running.push(uplink);
      return uplink;
    },
    stop: async () => {
      for (const uplink of running) uplink.close();
      await platform.stop();
    },
  };
}
