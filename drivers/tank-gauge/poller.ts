import type { Clock } from '#agent/model/clock.ts';
import { SIMULATOR_VENDOR } from '#agent/model/simulation.ts';
import type { Signal } from '../driver.ts';
import type { Asker, Outcome } from './asker.ts';
import { troubleOf } from './condition.ts';
import { gaugeSamples, type GaugePoint } from './gauge-samples.ts';
import { parseInventory } from './inventory.ts';
import type { Query } from './query.ts';
import { brought, lacking, type GaugeReading, type Unknown } from './reading.ts';
import { parseTankAlarms } from './tank-alarms.ts';

export interface PollerOptions {
  readonly asker: Asker;
  readonly clock: Clock;
  readonly points: readonly GaugePoint[];
  readonly intervalMs: number;
  readonly wantsAlarms: boolean;
  readonly wantsIdentity: boolean;
  readonly emit: (signal: Signal) => void;
  /** Nobody answers any more. */
  readonly dead: (reason: string) => void;
}

/** An answer that is damaged or does not come is asked for once more. */
const TRIES = 2;
/** Silences in a row after which the connection is given up; an open socket proves nothing. */
const DEAD_AFTER = 4;
/**
 * Cycles without values for a console that answers everything but who it is. A simulator must not pass for a console
 * unseen, so that silence alone settles it, and not an answer that came damaged.
 */
const IDENTITY_CYCLES = 3;

/** Reads one gauge for as long as the connection lasts. */
export class GaugePoller {
  readonly #options: PollerOptions;
  readonly #tanks: readonly number[];
  #wantsAlarms: boolean;
  #identityCycles: number;
  #isSimulated = false;
  #silences = 0;
  #told: string | undefined;
  #isStopped = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: PollerOptions) {
    this.#options = options;
    this.#wantsAlarms = options.wantsAlarms;
    this.#identityCycles = options.wantsIdentity ? IDENTITY_CYCLES : 0;
    this.#tanks = [...new Set(options.points.map(({ address }) => address.tank))].sort((a, b) => a - b);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#pause);
  }

  /** One cycle, and the next when its time has come. */
  async run(): Promise<void> {
    const { clock, intervalMs } = this.#options;
    const startedAt = clock.monotonic();
    const reading = await this.#read();
    if (this.#isStopped) return;
    this.#tell(reading);
    if (this.#silences >= DEAD_AFTER)
      return this.#options.dead(`connected, but the last ${this.#silences} queries were not answered`);
    const left = Math.max(0, startedAt + intervalMs - clock.monotonic());
    this.#pause = setTimeout(() => void this.run(), left);
  }

  async #read(): Promise<GaugeReading> {
    const stranger = await this.#identify();
    const answer = await this.#ask('inventory');
    if (stranger) {
      if (stranger.reason === 'comm-lost' && answer.kind === 'data') this.#identityCycles -= 1;
      return this.#nothing(stranger);
    }
    const inventory = brought(answer, parseInventory);
    if (!inventory.isKnown) return this.#nothing(inventory);
    const alarms = this.#wantsAlarms ? await this.#ask('alarms') : undefined;
    // A console that does not know the function will not learn it while we are connected.
    if (alarms?.kind === 'refused') this.#wantsAlarms = false;
    return this.#wantsAlarms && alarms ? { inventory, alarms: brought(alarms, parseTankAlarms) } : { inventory };
  }

  #nothing(why: Unknown): GaugeReading {
    return this.#wantsAlarms ? { inventory: why, alarms: why } : { inventory: why };
  }

  /** Nothing when it is settled who answers there; else why it is not. */
  async #identify(): Promise<Unknown | undefined> {
    if (this.#identityCycles === 0) return undefined;
    const outcome = await this.#ask('revision');
    if (outcome.kind === 'data' || outcome.kind === 'refused') this.#identityCycles = 0;
    if (outcome.kind === 'data') {
      this.#isSimulated = outcome.body.includes(SIMULATOR_VENDOR);
      this.#options.emit({ type: 'device', facts: { revision: outcome.body.trim(), 'console clock': outcome.time } });
      return undefined;
    }
    if (outcome.kind === 'refused') return undefined;
    const { words, ...why } = lacking(outcome);
    return { ...why, words: `the console has not said who it is (i902): ${words}` };
  }

  async #ask(query: Query): Promise<Outcome> {
    let outcome: Outcome = { kind: 'timeout' };
    for (let attempt = 0; attempt < TRIES && !this.#isStopped; attempt += 1) {
      outcome = await this.#options.asker.ask(query);
      this.#silences = outcome.kind === 'timeout' ? this.#silences + 1 : 0;
      if (outcome.kind === 'data' || outcome.kind === 'refused') break;
    }
    return outcome;
  }

  #tell(reading: GaugeReading): void {
    const { emit, points, clock } = this.#options;
    const trouble = troubleOf(reading, this.#tanks);
    if (trouble !== this.#told)
      emit({ type: 'status', state: trouble === '' ? 'online' : 'degraded', reason: trouble });
    this.#told = trouble;
    emit({ type: 'samples', samples: gaugeSamples(points, reading, clock.now(), this.#isSimulated) });
  }
}
