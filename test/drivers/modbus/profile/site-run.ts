import { systemClock } from '#agent/model/clock.ts';
import type { PointId, SourceId } from '#agent/model/ids.ts';
import { sourceId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SiteConfig } from '#config/site.ts';
import { modbus } from '#drivers/modbus/driver.ts';
import type { PointAddress } from '#drivers/modbus/profile/channel-address.ts';
import type { Signal } from '#drivers/driver.ts';
import type { ModbusOptions } from '#drivers/modbus/schema.ts';
import { configOf, loadText } from '../../../config/site-folder.ts';
import { shelf } from '../watch-driver.ts';

export interface SiteRun {
  readonly config: SiteConfig;
  readonly signals: readonly Signal[];
  /** The last sample of a point, once there is one that fits. */
  readonly when: (point: string, fits: (sample: Sample) => boolean) => Promise<Sample>;
  readonly last: (point: string) => Sample | undefined;
  readonly stop: () => void;
}

/** Loads a site and opens its Modbus source, as the agent would. */
export function runSite(yaml: string, stateDir = '/nonexistent'): SiteRun {
  const source = 'gas';
  const config = configOf(loadText(yaml));
  const own = config.sources.find(({ id }) => id === source);
  if (!own) throw new Error(`no source ${source}`);
  const signals: Signal[] = [];
  const latest = new Map<PointId, Sample>();
  const waiting = new Set<() => void>();
  let error: Error | undefined;
  const wake = (): void => {
    for (const check of waiting) check();
  };
  const points = config.points
    .filter((point) => point.source === (source as SourceId))
    .map(({ id, kind }) => ({ id, kind, address: own.addresses.get(id) as PointAddress }));
  const subscription = modbus
    .open(own.options as ModbusOptions, {
      source: sourceId(source),
      points,
      clock: systemClock,
      stateDir,
      share: shelf(),
    })
    .subscribe({
      next: (signal) => {
        signals.push(signal);
        if (signal.type === 'samples') for (const sample of signal.samples) latest.set(sample.point, sample);
        wake();
      },
      error: (cause: Error) => {
        error = cause;
        wake();
      },
    });
  const last = (point: string): Sample | undefined => latest.get(point as PointId);
  return {
    config,
    signals,
    last,
    when: (point, fits) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const sample = last(point);
          if (error !== undefined) reject(error);
          else if (sample && fits(sample)) resolve(sample);
          else return;
          waiting.delete(check);
        };
        waiting.add(check);
        check();
      }),
    stop: () => subscription.unsubscribe(),
  };
}
