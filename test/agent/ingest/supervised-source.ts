import { Observable } from 'rxjs';
import type { Subscriber } from 'rxjs';
import { z } from 'zod';
import type { AlarmDefinition } from '#agent/model/alarm.ts';
import { pointId, sourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import { GOOD } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample, SampleValue } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import type { Ingested } from '#agent/ingest/ingested.ts';
import { shareRegistry } from '#agent/ingest/share.ts';
import { superviseSource } from '#agent/ingest/supervise.ts';
import type { SupervisorLimits } from '#agent/ingest/supervise.ts';
import { defineDriver } from '#drivers/driver.ts';
import type { Driver, Signal } from '#drivers/driver.ts';
import type { VirtualTime } from './virtual-time.ts';

export const aPoint = (id: string, more: Partial<Point> = {}): Point => ({
  id: pointId(id),
  source: sourceId('plc'),
  kind: 'temperature',
  name: id,
  unit: '°C',
  staleAfterMs: 10_000,
  safetyRole: 'none',
  ...more,
});

/** A driver whose connections the test plays by hand: `connections` holds one subscriber an attempt. */
export function playedDriver(play: (subscriber: Subscriber<Signal>, attempt: number) => void = () => undefined) {
  const connections: Subscriber<Signal>[] = [];
  let released = 0;
  const driver: Driver = defineDriver({
    kind: 'played',
    summary: 'played by a test',
    schema: z.unknown(),
    address: z.unknown(),
    releaseWithinMs: 500,
    open: () =>
      new Observable<Signal>((subscriber) => {
        connections.push(subscriber);
        play(subscriber, connections.length);
        return () => {
          released += 1;
        };
      }),
  });
  return {
    driver,
    connections,
    get released() {
      return released;
    },
    /** Sends through the newest connection. */
    send(signal: unknown): void {
      connections.at(-1)?.next(signal as Signal);
    },
    fail(error: unknown): void {
      connections.at(-1)?.error(error);
    },
  };
}

export interface SupervisedOptions {
  readonly driver: Driver;
  readonly points: readonly Point[];
  readonly alarms?: readonly AlarmDefinition[];
  readonly simulated?: boolean;
  readonly random?: () => number;
  readonly limits?: Partial<SupervisorLimits>;
}

/** Supervises a source named `plc` in virtual time and keeps what it tells. */
export function supervised(time: VirtualTime, options: SupervisedOptions) {
  const told: Ingested[] = [];
  const ended: string[] = [];
  const subscription = superviseSource({
    source: { id: sourceId('plc'), kind: 'played', name: 'PLC', simulated: options.simulated ?? false },
    driver: options.driver,
    options: {},
    points: options.points,
    addresses: new Map(options.points.map((point) => [point.id, 0])),
    alarms: options.alarms ?? [],
    clock: time.clock,
    scheduler: time.scheduler,
    stateDir: '',
    share: shareRegistry(),
    random: options.random ?? (() => 0.5),
    limits: options.limits ?? {},
  }).subscribe({
    next: (one) => told.push(one),
    error: (error: unknown) => ended.push(String(error)),
    complete: () => ended.push('complete'),
  });
  const of = <Type extends Ingested['type']>(type: Type) =>
    told.filter((one): one is Extract<Ingested, { type: Type }> => one.type === type);
  return {
    told,
    ended,
    stop: () => subscription.unsubscribe(),
    forget: () => void told.splice(0),
    samples: (): Sample[] => of('samples').flatMap((one) => one.samples),
    statuses: (): SourceStatus[] => of('status').map((one) => one.status),
    events: () => of('event').map((one) => one.event),
    gaps: () => of('gap').map((one) => one.gap),
  };
}

/** A sample as a driver would make it now. */
export const reading = (
  time: VirtualTime,
  point: string,
  value: SampleValue,
  more: { quality?: Quality; sourceTime?: number; flags?: number } = {},
): Sample => ({
  point: pointId(point),
  value,
  quality: more.quality ?? GOOD,
  sourceTime: more.sourceTime ?? time.clock.now(),
  receiveTime: time.clock.now(),
  flags: more.flags ?? 0,
});

export const batch = (...samples: Sample[]): Signal => ({ type: 'samples', samples });
