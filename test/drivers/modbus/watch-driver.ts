import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverContext, Shared, Signal } from '#drivers/driver.ts';
import { addressSchema, type ModbusAddress } from '#drivers/modbus/address.ts';
import { modbus } from '#drivers/modbus/driver.ts';
import { optionsSchema } from '#drivers/modbus/schema.ts';

/** An agent's shelf of shared objects, as the supervisor keeps it. */
export function shelf(): DriverContext<ModbusAddress>['share'] {
  const held = new Map<string, { value: unknown; dispose: () => void; users: number }>();
  return <T>(key: string, make: () => { readonly value: T; readonly dispose: () => void }): Shared<T> => {
    const entry = held.get(key) ?? { ...make(), users: 0 };
    held.set(key, entry);
    entry.users += 1;
    const release = (): void => {
      entry.users -= 1;
      if (entry.users > 0) return;
      held.delete(key);
      entry.dispose();
    };
    return { value: entry.value as T, release };
  };
}

export interface Watched {
  readonly signals: Signal[];
  /** The error that ended it. */
  readonly error: () => Error | undefined;
  readonly samples: () => Sample[];
  readonly of: (point: string) => Sample[];
  readonly last: (point: string) => Sample | undefined;
  /** Resolves when the condition holds; checked with each signal. */
  readonly until: (holds: () => boolean) => Promise<void>;
  readonly stop: () => void;
}

export interface WatchOptions {
  readonly options: unknown;
  /** Addresses as text, by point id. */
  readonly points: Readonly<Record<string, string>>;
  readonly share?: DriverContext<ModbusAddress>['share'];
  readonly source?: string;
}

/** Opens the driver and keeps what it says. */
export function watch({ options, points, share = shelf(), source = 'plc' }: WatchOptions): Watched {
  const signals: Signal[] = [];
  const waiting = new Set<() => void>();
  let error: Error | undefined;
  const wake = (): void => {
    for (const check of waiting) check();
  };
  const subscription = modbus
    .open(optionsSchema.parse(options), {
      source: sourceId(source),
      points: Object.entries(points).map(([id, text]) => ({
        id: pointId(id),
        kind: 'number',
        address: addressSchema.parse(text),
      })),
      clock: systemClock,
      stateDir: '/nonexistent',
      share,
    })
    .subscribe({
      next: (signal) => {
        signals.push(signal);
        wake();
      },
      error: (cause: Error) => {
        error = cause;
        wake();
      },
    });
  const samples = (): Sample[] => signals.flatMap((signal) => (signal.type === 'samples' ? signal.samples : []));
  const of = (point: string): Sample[] => samples().filter((sample) => sample.point === point);
  return {
    signals,
    error: () => error,
    samples,
    of,
    last: (point) => of(point).at(-1),
    until: (holds) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!holds()) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
    stop: () => subscription.unsubscribe(),
  };
}
