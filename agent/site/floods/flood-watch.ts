import type { AlarmView, Text } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import type { Derivation } from '#agent/model/derivation.ts';
import type { SiteEvent } from '#agent/model/event.ts';
import { Flag } from '#agent/model/flags.ts';
import type { FloodDefinition, FloodSummary, FloodView } from '#agent/model/flood.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import { GOOD } from '#agent/model/quality.ts';
import { derivationOf } from '../shell/derivation-shell.ts';
import type { DerivationCore, Moment, Told } from '../shell/derivation-shell.ts';
import { FloodTally } from './flood-tally.ts';
import type { FloodMemory } from './memory.ts';

const SECOND_MS = 1000;
/** While it lasts, the summary is told again this often where it grew. */
const SUMMARY_EVERY_MS = 60_000;

/**
 * Tells a flood of alarms as one alarm and one summary, before anybody reads its alarms one by one.
 *
 * @param memory what an earlier watch of the same id told last
 */
export const createFloodWatch = (
  definition: FloodDefinition,
  clock: Clock,
  memory?: FloodMemory,
): Derivation<FloodMemory> => derivationOf(new FloodWatch(definition, memory), { ...definition, inputs: [], clock });

class FloodWatch implements DerivationCore<FloodMemory> {
  readonly #definition: FloodDefinition;
  /** The occurrence of each alarm that was counted. */
  readonly #counted = new Map<AlarmId, number>();
  /** Annunciations by their monotonic second, the oldest first. */
  readonly #seconds: { readonly second: number; count: number }[] = [];
  /** Those of the window that belong to no flood yet. */
  #recent: AlarmView[] = [];
  #count = 0;
  #tally: FloodTally | undefined;
  #told: FloodSummary | undefined;
  #tellAt = 0;
  #flags = 0;
  #isFirst = true;
  #memory: FloodMemory;

  constructor(definition: FloodDefinition, memory: FloodMemory = {}) {
    this.#definition = definition;
    this.#memory = memory;
    if (memory.flood) this.#tally = new FloodTally('', 0, memory.flood);
    this.#told = memory.flood;
  }

  takeAlarms(views: readonly AlarmView[], { now, time }: Moment): void {
    const { group, floodPoint } = this.#definition;
    for (const view of views) {
      const { definition, state, overlay, occurrence, raisedAt = time } = view;
      if (definition.point === floodPoint || (group !== undefined && definition.group !== group)) continue;
      if (state !== 'unacknowledged' || overlay !== 'none' || this.#counted.get(definition.id) === occurrence) continue;
      this.#counted.set(definition.id, occurrence);
      // After a start those come that stood before.
      this.#enter(view, now - Math.max(0, time - raisedAt));
    }
    // What stood when a flood was remembered is in its summary.
    if (this.#isFirst && this.#tally) this.#recent = [];
    this.#isFirst = false;
  }

  settle({ now, time }: Moment): { points: readonly Told[]; events: readonly SiteEvent[] } {
    this.#leave(now);
    const { startsAbove, endsBelow, floodPoint, countPoint } = this.#definition;
    const events: SiteEvent[] = [];
    if (!this.#tally && this.#count > startsAbove) {
      this.#tally = new FloodTally(this.#recent[0]?.definition.id ?? '', time);
      this.#tellAt = now + SUMMARY_EVERY_MS;
      this.#drain();
      events.push(this.#event('began', this.#tally.summary, time));
    } else if (this.#tally) {
      this.#drain();
      const { summary } = this.#tally;
      if (this.#count < endsBelow) {
        events.push(this.#event('ended', summary, time));
        this.#tally = undefined;
      } else if (now >= this.#tellAt) {
        this.#tellAt = now + SUMMARY_EVERY_MS;
        if (summary.alarms !== this.#told?.alarms) events.push(this.#event('summary', summary, time));
      }
    }
    if (events.length > 0) {
      this.#told = this.#tally?.summary;
      this.#memory = this.#told ? { flood: this.#told } : {};
    }
    const flags = this.#flags;
    return {
      points: [
        { point: floodPoint, value: this.#tally !== undefined, quality: GOOD, flags },
        { point: countPoint, value: this.#count, quality: GOOD, flags },
      ],
      events,
    };
  }

  nextDue(): number | undefined {
    const [oldest] = this.#seconds;
    const leaves = oldest && oldest.second * SECOND_MS + SECOND_MS + this.#definition.windowMs;
    if (leaves === undefined) return undefined;
    return this.#tally ? Math.min(leaves, this.#tellAt) : leaves;
  }

  memory(): FloodMemory {
    return this.#memory;
  }

  view(): FloodView {
    const { name, group } = this.#definition;
    return { name, group: group ?? null, count: this.#count, flood: this.#tally?.summary ?? null };
  }

  #enter(view: AlarmView, at: number): void {
    const second = Math.floor(at / SECOND_MS);
    const last = this.#seconds.at(-1);
    if (last && last.second >= second) last.count += 1;
    else this.#seconds.push({ second, count: 1 });
    this.#count += 1;
    this.#recent.push(view);
  }

  #leave(now: number): void {
    const gone = Math.floor((now - this.#definition.windowMs) / SECOND_MS);
    for (let oldest = this.#seconds[0]; oldest && oldest.second < gone; oldest = this.#seconds[0]) {
      this.#count -= oldest.count;
      this.#seconds.shift();
    }
    // Without a flood these are no more than begin one.
    if (!this.#tally) this.#recent = this.#recent.slice(Math.max(0, this.#recent.length - this.#count));
  }

  #drain(): void {
    for (const { definition, flags } of this.#recent) {
      this.#tally?.add(definition);
      this.#flags = flags & Flag.sim;
    }
    this.#recent = [];
  }

  #event(what: 'began' | 'summary' | 'ended', summary: FloodSummary, time: number): SiteEvent {
    const { name, floodPoint } = this.#definition;
    const { alarms, first, priorities, zones, since } = summary;
    const { zh, en } = textOf(what, summary);
    return {
      time,
      kind: `alarm-flood.${what}`,
      point: floodPoint,
      text: `${name}: ${en}`,
      detail: {
        since,
        alarms,
        first,
        ...priorities,
        zones: zones.map(({ zone, alarms: of }) => `${zone || '—'} ${of}`).join(', '),
        zh: `${name} ${zh}`,
        en,
      },
      flags: this.#flags,
    };
  }
}

const begun: Readonly<Record<'began' | 'summary' | 'ended', Text>> = {
  began: { zh: '报警泛滥开始', en: 'alarm flood began' },
  summary: { zh: '报警泛滥持续', en: 'alarm flood goes on' },
  ended: { zh: '报警泛滥结束', en: 'alarm flood ended' },
};

function textOf(what: 'began' | 'summary' | 'ended', { alarms, first, priorities }: FloodSummary): Text {
  const { critical, high, medium, low } = priorities;
  return {
    zh: `${begun[what].zh}：${alarms} 个报警（紧急 ${critical}，高 ${high}，中 ${medium}，低 ${low}），首个 ${first}`,
    en: `${begun[what].en}: ${alarms} alarms (critical ${critical}, high ${high}, medium ${medium}, low ${low}), the first ${first}`,
  };
}
