import type { AlarmDefinition, AlarmPriority } from '#agent/model/alarm.ts';
import type { FloodSummary } from '#agent/model/flood.ts';

/** Zones beyond this are counted together, under ''. */
const MOST_ZONES = 200;
const ZONES_TOLD = 5;

/** Counts what one flood is made of, in bounded memory. */
export class FloodTally {
  readonly #since: number;
  readonly #first: string;
  readonly #priorities: Record<AlarmPriority, number>;
  readonly #zones: Map<string, number>;
  #alarms: number;

  /** @param first the alarm that began it */
  constructor(first: string, since: number, before?: FloodSummary) {
    this.#since = before?.since ?? since;
    this.#first = before?.first ?? first;
    this.#alarms = before?.alarms ?? 0;
    this.#priorities = { ...(before?.priorities ?? { critical: 0, high: 0, medium: 0, low: 0 }) };
    this.#zones = new Map(before?.zones.map(({ zone, alarms }) => [zone, alarms]));
  }

  add({ priority, zone }: Pick<AlarmDefinition, 'priority' | 'zone'>): void {
    this.#alarms += 1;
    this.#priorities[priority] += 1;
    const named: string = zone ?? '';
    const key = this.#zones.has(named) || this.#zones.size < MOST_ZONES ? named : '';
    this.#zones.set(key, (this.#zones.get(key) ?? 0) + 1);
  }

  get summary(): FloodSummary {
    const zones = [...this.#zones].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1));
    return {
      since: this.#since,
      alarms: this.#alarms,
      first: this.#first,
      priorities: { ...this.#priorities },
      zones: zones.slice(0, ZONES_TOLD).map(([zone, alarms]) => ({ zone, alarms })),
    };
  }
}
