import type { Clock } from '#agent/model/clock.ts';
import type { SourceId } from '#agent/model/ids.ts';
import type { Signal } from '../driver.ts';
import type { Bus, BusClient } from './bus.ts';
import { UnitPoller, type UnitPollerOptions, type UnitReports } from './unit-poller.ts';

export interface PollerOptions {
  readonly source: SourceId;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly units: readonly Omit<UnitPollerOptions, 'bus' | 'client' | 'clock' | 'reports'>[];
  readonly emit: (signal: Signal) => void;
  /** The connection is gone, or could not be made. Told once. */
  readonly lost: (reason: string) => void;
}

/** Reads all units of one source for as long as the connection lasts. Returns what stops it. */
export function poll({ source, bus, clock, units, emit, lost }: PollerOptions): () => void {
  const troubles = new Map<number, string>();
  const slow = new Map<number, string>();
  let told = '';
  const tellStatus = (): void => {
    const silent = [...troubles].filter(([, words]) => words !== '').map(([unit, words]) => `unit ${unit}: ${words}`);
    const late = [...slow].filter(([, words]) => words !== '').map(([unit, words]) => `unit ${unit} ${words}`);
    const summary = silent.length === 0 ? [] : [`${silent.length} of ${units.length} units silent`];
    const reason = [...summary, ...silent, ...late].join('; ');
    const state = reason === '' ? 'online' : 'degraded';
    if (`${state} ${reason}` === told) return;
    told = `${state} ${reason}`;
    emit({ type: 'status', state, reason });
  };
  const reports: UnitReports = {
    samples: (samples) => emit({ type: 'samples', samples }),
    trouble: (unit, words) => {
      troubles.set(unit, words);
      tellStatus();
    },
    pace: (unit, words) => {
      slow.set(unit, words);
      tellStatus();
    },
    event: (kind, text, point) =>
      emit({
        type: 'event',
        event: { time: clock.now(), kind, source, text, flags: 0, ...(point && { point: point.id }) },
      }),
    vendor: (unit, name) => emit({ type: 'device', facts: { [`unit ${unit} vendor`]: name } }),
  };
  const client: BusClient = {
    units: units.map(({ unit }) => unit),
    opened: () => {
      for (const poller of pollers) void poller.run(phaseOf(`${source}/${poller.unit}`, poller.intervalMs));
    },
    lost,
  };
  const pollers = units.map((unit) => new UnitPoller({ ...unit, bus, client, clock, reports }));
  emit({ type: 'status', state: 'connecting', reason: '' });
  bus.attach(client);
  return () => {
    for (const poller of pollers) poller.stop();
    bus.detach(client);
  };
}

/** A place within the interval that depends on the name only: spreads units evenly and stays the same after a restart. */
function phaseOf(name: string, intervalMs: number): number {
  let hash = 0;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return intervalMs * (0.5 + (hash % 1000) / 2000);
}
