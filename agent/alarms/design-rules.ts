import type { SuppressionRule } from '#agent/model/alarm.ts';
import { isUsable } from '#agent/model/quality.ts';
import type { Reading } from './condition.ts';
import type { LiveAlarm } from './live-alarm.ts';
import { overlayOf } from './live-alarm.ts';
import { isSuppressedBy, suppress, unsuppress } from './overlay.ts';
import type { Run } from './run.ts';
import { isAbnormal } from './state-table.ts';

/** A suppression rule at work. */
export interface DesignRule {
  readonly id: string;
  /**
   * Brings the marks of its alarms in line with what is so now. Marks are set only on alarms that are not abnormal
   * (plant-state apart) and such an alarm suppresses nothing, so that rules cannot chase each other.
   */
  settle(run: Run): void;
}

type RuleOf<Kind extends SuppressionRule['kind']> = Extract<SuppressionRule, { readonly kind: Kind }>;

/** While the plant is in a state. A value that is not good ends it; one not yet read leaves it as it was. */
export function plantStateRule(
  rule: RuleOf<'plant-state'>,
  reading: Reading,
  members: readonly LiveAlarm[],
): DesignRule {
  let wasOn: boolean | undefined;
  return {
    id: rule.id,
    settle(run) {
      const { sample } = reading;
      if (sample === undefined || sample.quality.reason === 'not-yet-read') return;
      const isOn = isUsable(sample.quality) && rule.values.includes(sample.value);
      if (isOn === wasOn) return;
      wasOn = isOn;
      for (const alarm of members) {
        if (isOn) suppress(alarm, run, { cause: rule.id, why: rule.why });
        else unsuppress(alarm, run, { cause: rule.id, why: 'the plant has left the state' });
      }
    },
  };
}

/** While the cause speaks. */
export const consequenceRule = (
  rule: RuleOf<'consequence'>,
  cause: LiveAlarm,
  members: readonly LiveAlarm[],
): DesignRule => ({
  id: rule.id,
  settle(run) {
    if (speaks(cause)) suppressQuiet(members, run, { cause: rule.id, why: rule.why });
    else unsuppressAll(members, run, rule.id);
  },
});

/** While the first of the group speaks. */
export const firstOutRule = (rule: RuleOf<'first-out'>, members: readonly LiveAlarm[]): DesignRule => ({
  id: rule.id,
  settle(run) {
    const first = members.find(speaks);
    if (first === undefined) unsuppressAll(members, run, rule.id);
    else suppressQuiet(members, run, { cause: rule.id, why: `${rule.why} (first: ${first.definition.id})` });
  },
});

/** An alarm that people can see, and whose condition holds. One under an overlay explains nothing to anybody. */
const speaks = ({ life }: LiveAlarm): boolean =>
  life !== undefined && isAbnormal(life.state) && overlayOf(life) === 'none';

function suppressQuiet(
  members: readonly LiveAlarm[],
  run: Run,
  reason: { readonly cause: string; readonly why: string },
): void {
  for (const alarm of members) {
    const isQuiet = alarm.life === undefined || !isAbnormal(alarm.life.state);
    if (isQuiet) suppress(alarm, run, reason);
  }
}

function unsuppressAll(members: readonly LiveAlarm[], run: Run, cause: string): void {
  for (const alarm of members) {
    if (isSuppressedBy(alarm, cause)) unsuppress(alarm, run, { cause, why: 'the cause is over' });
  }
}
