import type { AlarmDefinition, AlarmView, SuppressionRule } from '#agent/model/alarm.ts';
import type { Clock } from '#agent/model/clock.ts';
import { hasFlag } from '#agent/model/flags.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';
import { Inputs } from './compile.ts';
import { endConsequence, releaseConsequence, suppressConsequence } from './consequence.ts';
import type { DesignRule } from './design-rules.ts';
import type { Due, LiveAlarm } from './live-alarm.ts';
import { overlayOf } from './live-alarm.ts';
import type { AlarmMemory } from './memory.ts';
import type { ShelfLimits, ShelfRequest } from './overlay.ts';
import { defaultShelfLimits, removeFromService, returnToService, shelve, unshelve } from './overlay.ts';
import type { Act } from './person.ts';
import { acknowledge, refusalText, reset } from './person.ts';
import { apply, endDelay, judge } from './process.ts';
import { restore, tellForbidden, tellRemoved, tellReturned } from './restore.ts';
import { Run } from './run.ts';
import type { RefusalReason } from './state-table.ts';
import type { AlarmStep, Answer } from './step.ts';
import { Suppression } from './suppression.ts';
import { viewOf } from './view.ts';

export interface AlarmEngineOptions {
  readonly definitions: Iterable<AlarmDefinition>;
  /** What an earlier engine remembered, of these and of earlier definitions; the last one of an alarm counts. */
  readonly memory?: Iterable<AlarmMemory>;
  readonly suppression?: Iterable<SuppressionRule>;
  readonly shelfLimits?: ShelfLimits;
  readonly clock: Clock;
}

/**
 * The alarms of a site by ISA-18.2-2016 / IEC 62682: synchronous and deterministic. It reads the clock that it is given,
 * does no I/O and sets no real timer. The same calls at the same times give the same steps.
 *
 * Every call first does what has become due, then what it was asked. The caller commits each step (transitions and
 * memory together) before anybody hears of it, and calls {@link onTick} at {@link nextDue}. What a restart or a changed
 * configuration itself changed comes with the first step, which is then due at once.
 *
 * Where the configuration changes, a new engine is made from {@link memory} and then given {@link lastSamples} (or a
 * new limit would not be judged before the next change of its value) and the status of each source.
 */
export interface AlarmEngine {
  /** Checked samples, in the order in which they came. Backfilled ones are ignored; unknown points too. */
  onSamples(samples: readonly Sample[]): AlarmStep;
  /** A source's new status; `flags` holds `sim` for a simulated source. */
  onStatus(status: SourceStatus, flags: number): AlarmStep;
  /** Ends delays and shelves that are due. May be called at any time. */
  onTick(): AlarmStep;
  acknowledge(alarm: AlarmId, by: string, why?: string): Answer;
  /** Ends a latched alarm that is acknowledged and whose process is normal. */
  reset(alarm: AlarmId, by: string, why?: string): Answer;
  /** Hides the alarm for a time, at most the limit of its priority; `by` and `why` are required. */
  shelve(alarm: AlarmId, request: ShelfRequest & { readonly by: string; readonly why: string }): Answer;
  unshelve(alarm: AlarmId, by: string, why?: string): Answer;
  /** Hides the alarm until somebody returns it to service. */
  removeFromService(alarm: AlarmId, by: string, why: string): Answer;
  returnToService(alarm: AlarmId, by: string, why?: string): Answer;
  /** Monotonic time of the clock at which onTick has something to do; undefined: not before the next input. */
  nextDue(): number | undefined;
  /** Every configured alarm, and removed ones that still wait for a person. */
  list(): AlarmView[];
  /** Those that are not normal, or lie under an overlay. */
  active(): AlarmView[];
  find(alarm: AlarmId): AlarmView | undefined;
  /** All memory, as the steps have told it piece by piece. */
  memory(): AlarmMemory[];
  lastSamples(): Sample[];
}

/** @throws Error when two definitions share an id or one names no point; configuration has refused that before. */
export function createAlarmEngine(options: AlarmEngineOptions): AlarmEngine {
  return new Engine(options);
}

class Engine implements AlarmEngine {
  readonly #inputs = new Inputs();
  readonly #alarms = new Map<AlarmId, LiveAlarm>();
  /** Memory of definitions that are gone and had nothing to say; kept for the day they come back. */
  readonly #dormant: AlarmMemory[] = [];
  readonly #run: Run;
  readonly #suppression: Suppression;
  readonly #shelfLimits: ShelfLimits;

  constructor({ definitions, memory = [], suppression = [], shelfLimits, clock }: AlarmEngineOptions) {
    this.#run = new Run(clock);
    this.#shelfLimits = shelfLimits ?? defaultShelfLimits;
    for (const definition of definitions) {
      if (this.#alarms.has(definition.id)) throw new Error(`alarm ${definition.id} is defined twice`);
      this.#alarms.set(definition.id, this.#inputs.watch(definition));
    }
    for (const alarm of this.#alarms.values()) this.#inputs.tie(alarm);
    this.#suppression = new Suppression(suppression, this.#alarms, this.#inputs);
    const latest = new Map([...memory].map((one) => [one.alarm, one]));
    for (const one of latest.values()) this.#restore(one);
    for (const alarm of this.#alarms.values()) {
      if (alarm.life === undefined) continue;
      tellForbidden(alarm, this.#run, (cause) => this.#suppression.knows(cause) || this.#isTie(alarm, cause));
      releaseConsequence(alarm, this.#run);
    }
    this.#suppression.settleAll(this.#run);
  }

  onSamples(samples: readonly Sample[]): AlarmStep {
    this.#begin();
    for (const sample of samples) {
      if (hasFlag(sample.flags, 'backfilled')) continue;
      const reading = this.#inputs.readings.get(sample.point);
      if (reading === undefined) continue;
      reading.sample = sample;
      for (const alarm of reading.watchers) this.#judge(alarm);
      for (const rule of reading.rules) this.#settle(rule);
    }
    return this.#run.take();
  }

  onStatus(status: SourceStatus, flags: number): AlarmStep {
    this.#begin();
    const link = this.#inputs.links.get(status.source);
    if (link !== undefined) {
      link.state = status.state;
      link.flags = flags;
      for (const alarm of link.watchers) this.#judge(alarm);
      for (const alarm of link.dependents) this.#judge(alarm);
    }
    return this.#run.take();
  }

  onTick(): AlarmStep {
    this.#begin();
    return this.#run.take();
  }

  acknowledge(alarm: AlarmId, by: string, why?: string): Answer {
    return this.#ask(alarm, acknowledge, by, why);
  }

  reset(alarm: AlarmId, by: string, why?: string): Answer {
    return this.#ask(alarm, reset, by, why);
  }

  shelve(alarm: AlarmId, { by, why, ...request }: ShelfRequest & { by: string; why: string }): Answer {
    return this.#ask(alarm, shelve(request, this.#shelfLimits), by, why);
  }

  unshelve(alarm: AlarmId, by: string, why?: string): Answer {
    return this.#ask(alarm, unshelve, by, why);
  }

  removeFromService(alarm: AlarmId, by: string, why: string): Answer {
    return this.#ask(alarm, removeFromService, by, why);
  }

  returnToService(alarm: AlarmId, by: string, why?: string): Answer {
    return this.#ask(alarm, returnToService, by, why);
  }

  nextDue(): number | undefined {
    return this.#run.hasChanges ? this.#run.nowMs : this.#run.timers.nextDue();
  }

  list(): AlarmView[] {
    return [...this.#alarms.values()].map((alarm) => viewOf(alarm, this.#run));
  }

  active(): AlarmView[] {
    const views: AlarmView[] = [];
    for (const alarm of this.#alarms.values()) {
      const { life } = alarm;
      if (life !== undefined && (life.state !== 'normal' || overlayOf(life) !== 'none')) {
        views.push(viewOf(alarm, this.#run));
      }
    }
    return views;
  }

  find(alarm: AlarmId): AlarmView | undefined {
    const found = this.#alarms.get(alarm);
    return found === undefined ? undefined : viewOf(found, this.#run);
  }

  memory(): AlarmMemory[] {
    const memory = [...this.#dormant];
    for (const alarm of this.#alarms.values()) {
      if (alarm.life !== undefined) memory.push(this.#run.remember(alarm, alarm.life));
    }
    return memory;
  }

  lastSamples(): Sample[] {
    const samples: Sample[] = [];
    for (const { sample } of this.#inputs.readings.values()) if (sample !== undefined) samples.push(sample);
    return samples;
  }

  #begin(): void {
    const run = this.#run;
    run.begin();
    for (let timer = run.timers.takeDue(run.nowMs); timer !== undefined; timer = run.timers.takeDue(run.nowMs)) {
      this.#due(timer.what);
      this.#suppression.settleMoved(run);
    }
  }

  #due({ alarm, act }: Due): void {
    switch (act) {
      case 'delay':
        endDelay(alarm, this.#run);
        break;
      case 'recheck':
        this.#judge(alarm);
        break;
      case 're-alarm':
        apply(alarm, 're-alarm', this.#run);
        break;
      case 'shelf-end':
        unshelve(alarm, this.#run, { by: 'shelf', why: 'the time is over' });
        break;
      case 'consequence-end':
        endConsequence(alarm, this.#run);
        break;
    }
  }

  #judge(alarm: LiveAlarm): void {
    const run = this.#run;
    if (alarm.consequenceOf !== undefined) suppressConsequence(alarm, run);
    judge(alarm, run);
    if (alarm.consequenceOf !== undefined) releaseConsequence(alarm, run);
    if (run.moved.length > 0) this.#suppression.settleMoved(run);
  }

  #settle(rule: DesignRule): void {
    rule.settle(this.#run);
    if (this.#run.moved.length > 0) this.#suppression.settleMoved(this.#run);
  }

  #isTie({ consequenceOf }: LiveAlarm, cause: string): boolean {
    return consequenceOf?.definition.id === cause;
  }

  #ask(id: AlarmId, act: Act, by: string, why: string | undefined): Answer {
    this.#begin();
    const reason = this.#refusal(id, act, by, why);
    this.#suppression.settleMoved(this.#run);
    const step = this.#run.take();
    return reason === undefined
      ? { accepted: true, step }
      : { accepted: false, reason, text: refusalText(id, reason), step };
  }

  #refusal(id: AlarmId, act: Act, by: string, why: string | undefined): RefusalReason | undefined {
    const alarm = this.#alarms.get(id);
    if (alarm === undefined) return 'unknown-alarm';
    if (by.trim() === '') return 'no-name';
    return act(alarm, this.#run, why === undefined ? { by } : { by, why });
  }

  #restore(memory: AlarmMemory): void {
    const configured = this.#alarms.get(memory.alarm);
    if (configured !== undefined) {
      restore(configured, memory, this.#run);
      tellReturned(configured, this.#run);
    } else if (memory.state === 'normal') {
      this.#dormant.push(memory);
    } else {
      const gone = this.#inputs.unwatched(memory.definition);
      this.#alarms.set(memory.alarm, gone);
      restore(gone, memory, this.#run);
      tellRemoved(gone, this.#run);
    }
  }
}
