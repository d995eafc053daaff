import type { SuppressionRule } from '#agent/model/alarm.ts';
import type { AlarmId } from '#agent/model/ids.ts';
import type { Inputs } from './compile.ts';
import { releaseConsequence } from './consequence.ts';
import type { DesignRule } from './design-rules.ts';
import { consequenceRule, firstOutRule, plantStateRule } from './design-rules.ts';
import type { LiveAlarm } from './live-alarm.ts';
import { unshelve } from './overlay.ts';
import type { Run } from './run.ts';

/** What follows from a move of one alarm for itself and for others. */
export class Suppression {
  readonly #rules: DesignRule[] = [];
  /** By every alarm whose moves a rule must see. */
  readonly #byAlarm = new Map<LiveAlarm, DesignRule[]>();

  /** @throws Error when a rule names an alarm that is not configured or an id that is taken. */
  constructor(rules: Iterable<SuppressionRule>, alarms: ReadonlyMap<AlarmId, LiveAlarm>, inputs: Inputs) {
    for (const rule of rules) {
      const find = (id: AlarmId): LiveAlarm => {
        const alarm = alarms.get(id);
        if (alarm !== undefined) return alarm;
        throw new Error(`suppression rule ${rule.id} names the alarm ${id}, which is not configured`);
      };
      if (this.knows(rule.id)) throw new Error(`suppression rule ${rule.id} is defined twice`);
      this.#add(rule, find, inputs);
    }
  }

  knows(cause: string): boolean {
    return this.#rules.some((rule) => rule.id === cause);
  }

  settleAll(run: Run): void {
    for (const rule of this.#rules) rule.settle(run);
    this.settleMoved(run);
  }

  /** Draws the consequences of all moves, and of the moves that follow from them. */
  settleMoved(run: Run): void {
    for (let move = run.moved.shift(); move !== undefined; move = run.moved.shift()) {
      const { alarm, event } = move;
      if (event === 'cleared') {
        if (alarm.life?.shelf?.isOneShot === true) unshelve(alarm, run, { by: 'shelf', why: 'the alarm has cleared' });
        releaseConsequence(alarm, run);
      }
      for (const rule of this.#byAlarm.get(alarm) ?? []) rule.settle(run);
    }
  }

  #add(rule: SuppressionRule, find: (id: AlarmId) => LiveAlarm, inputs: Inputs): void {
    const members = rule.alarms.map(find);
    if (rule.kind === 'plant-state') {
      const reading = inputs.reading(rule.point);
      const made = plantStateRule(rule, reading, members);
      reading.rules = [...reading.rules, made];
      this.#rules.push(made);
    } else if (rule.kind === 'consequence') {
      const cause = find(rule.cause);
      this.#watch(consequenceRule(rule, cause, members), [cause]);
    } else this.#watch(firstOutRule(rule, members), members);
  }

  #watch(rule: DesignRule, alarms: readonly LiveAlarm[]): void {
    this.#rules.push(rule);
    for (const alarm of alarms) this.#byAlarm.set(alarm, [...(this.#byAlarm.get(alarm) ?? []), rule]);
  }
}
