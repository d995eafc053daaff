import type { DeviceChannel } from '#config/device-profile.ts';
import { conditionNames, type ConditionName } from '#config/device-words.ts';
import { compileAny, type Look, type Recall } from './condition.ts';
import { beat, type ChannelMemory } from './memory.ts';
import type { RegisterValue } from './reading.ts';

/** What holds of a channel by its conditions and its heartbeat. */
export interface Judged {
  readonly verdicts: ReadonlyMap<ConditionName, boolean>;
  /** Of the profile's own booleans; undefined where a register of theirs makes no sense. */
  readonly bits: ReadonlyMap<string, boolean | undefined>;
  readonly remembered: Omit<ChannelMemory, 'peaks'>;
}

type Values = ReadonlyMap<string, RegisterValue>;

/** Compiles the conditions of a channel. The result is undefined where one can't be judged: nothing is known then. */
export function compileVerdicts(
  channel: DeviceChannel,
): (values: Values, before: ChannelMemory, now: number) => Judged | undefined {
  const { conditions, bits, heartbeat, registers } = channel.profile;
  const isOptional = (name: string): boolean => registers[name]?.optional === true;
  const judges = conditionNames.flatMap((name) => {
    const any = conditions[name];
    if (!any) return [];
    return [{ name, judge: compileAny(any, name, channel), isOptional: any.every(({ of }) => isOptional(of)) }];
  });
  const bitJudges = Object.entries(bits).map(([name, { when }]) => ({ name, judge: compileAny(when, name, channel) }));

  return (values, before, now) => {
    const look: Look = (register) => {
      const value = values.get(register);
      return typeof value === 'number' ? value : undefined;
    };
    const recall: Recall = { before, heldUntil: new Map(), inside: new Set(), now };
    const verdicts = new Map<ConditionName, boolean>();
    for (const { name, judge, isOptional } of judges) {
      const verdict = judge(look, recall);
      if (verdict === undefined && !isOptional) return undefined;
      verdicts.set(name, verdict ?? name === 'present');
    }
    if (verdicts.get('present') === false) verdicts.set('not-present', true);
    const pulse = heartbeat && beat(before, look(heartbeat.of), now);
    if (heartbeat && pulse && now - pulse.changedAt > heartbeat.within) verdicts.set('stale', true);
    const bitVerdicts = new Map(bitJudges.map(({ name, judge }) => [name, judge(look, recall)]));
    return {
      verdicts,
      bits: bitVerdicts,
      remembered: {
        ...(pulse && { heartbeat: pulse }),
        heldUntil: Object.fromEntries(recall.heldUntil),
        inside: [...recall.inside],
      },
    };
  };
}
