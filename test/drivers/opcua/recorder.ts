import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Subscription } from 'rxjs';
import { systemClock } from '#agent/model/clock.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { DriverContext, Signal } from '#drivers/driver.ts';
import type { OpcuaAddress } from '#drivers/opcua/address.ts';
import { opcua } from '#drivers/opcua/driver.ts';

/** What came out of one subscription to the driver, as it came. */
export interface Recorder {
  readonly signals: readonly Signal[];
  readonly samples: (point?: string) => Sample[];
  readonly states: () => string[];
  readonly events: (kind: string) => Extract<Signal, { type: 'event' }>['event'][];
  /** Resolves when the condition holds; looks after each signal. */
  readonly until: (condition: () => boolean, what: string, timeoutMs?: number) => Promise<void>;
  /** Resolves with the error that ended the connection. */
  readonly failed: Promise<Error>;
  readonly stop: () => void;
  /** Connects anew, as the supervisor does after a loss. */
  readonly again: () => void;
}

/** Points by id, each with its address text. */
export type Points = Readonly<Record<string, string | { node: string; path?: string }>>;

export async function contextOf(points: Points, stateDir?: string): Promise<DriverContext<OpcuaAddress>> {
  return {
    source: sourceId('dcs'),
    points: Object.entries(points).map(([id, address]) => ({
      id: pointId(id),
      address: opcua.address.parse(address),
      kind: 'number',
    })),
    clock: systemClock,
    stateDir: stateDir ?? (await mkdtemp(path.join(tmpdir(), 'opcua-state-'))),
    share: () => {
      throw new Error('OPC UA shares nothing');
    },
  };
}

export function record(options: Record<string, unknown>, context: DriverContext<OpcuaAddress>): Recorder {
  const signals: Signal[] = [];
  const waiting = new Set<() => void>();
  const failure = Promise.withResolvers<Error>();
  const observer = {
    next(signal: Signal) {
      signals.push(signal);
      for (const look of waiting) look();
    },
    error(error: unknown) {
      failure.resolve(error instanceof Error ? error : new Error(String(error)));
      for (const look of waiting) look();
    },
  };
  const signal$ = opcua.open(opcua.schema.parse(options), context);
  let subscription: Subscription = signal$.subscribe(observer);
  const samples = (point?: string): Sample[] =>
    signals
      .flatMap((signal) => (signal.type === 'samples' ? signal.samples : []))
      .filter((sample) => point === undefined || sample.point === point);
  const states = (): string[] => signals.flatMap((signal) => (signal.type === 'status' ? [signal.state] : []));
  return {
    signals,
    samples,
    states,
    events: (kind) =>
      signals.flatMap((signal) => (signal.type === 'event' && signal.event.kind === kind ? [signal.event] : [])),
    failed: failure.promise,
    stop: () => subscription.unsubscribe(),
    again: () => {
      subscription.unsubscribe();
      subscription = signal$.subscribe(observer);
    },
    async until(condition, what, timeoutMs = 20_000) {
      const done = Promise.withResolvers<void>();
      const look = (): void => {
        if (condition()) done.resolve();
      };
      const timer = setTimeout(
        () => done.reject(new Error(`not seen within ${timeoutMs} ms: ${what}; last: ${show(signals)}`)),
        timeoutMs,
      );
      const onFailure = async (): Promise<void> => {
        const error = await failure.promise;
        if (!condition()) done.reject(new Error(`driver failed before ${what}`, { cause: error }));
      };
      void onFailure();
      waiting.add(look);
      look();
      try {
        await done.promise;
      } finally {
        clearTimeout(timer);
        waiting.delete(look);
      }
    },
  };
}

/** Resolves when a condition outside the driver holds; the test's own deadline ends it otherwise. */
export async function eventually(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

const show = (signals: readonly Signal[]): string => JSON.stringify(signals.slice(-5)).slice(0, 1500);
