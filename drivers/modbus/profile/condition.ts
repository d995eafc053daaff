import type { DeviceChannel, ProfileCondition } from '#config/device-profile.ts';
import type { ChannelMemory } from './memory.ts';
import { numberOf } from './setting.ts';

/** The value of a register; undefined where it could not be read or makes no sense. */
export type Look = (register: string) => number | undefined;

/** What a condition may remember: until when it is held, whether its hysteresis is in. Keys are the conditions' own. */
export interface Recall {
  readonly before: ChannelMemory;
  readonly heldUntil: Map<string, number>;
  readonly inside: Set<string>;
  /** Monotonic ms. */
  readonly now: number;
}

/** True, false, or undefined where nothing can be said. */
export type Judge = (look: Look, recall: Recall) => boolean | undefined;

/** One of several is enough; what can't be said counts only where none of the others is true. */
export function compileAny(conditions: readonly ProfileCondition[], key: string, channel: DeviceChannel): Judge {
  const judges = conditions.map((condition, index) => compileOne(condition, `${key} ${index}`, channel));
  return (look, recall) => {
    let verdict: boolean | undefined = false;
    // Each is asked, even behind a true one: they have memories to keep.
    for (const judge of judges) {
      const one = judge(look, recall);
      if (one === true) verdict = true;
      else if (one === undefined && verdict === false) verdict = undefined;
    }
    return verdict;
  };
}

function compileOne(condition: ProfileCondition, key: string, channel: DeviceChannel): Judge {
  const test = compileTest(condition, key, channel);
  const { of, hold } = condition;
  return (look, recall) => {
    const value = look(of);
    if (value === undefined) return undefined;
    const isTrue = test(value, recall);
    if (hold === undefined) return isTrue;
    const until = isTrue ? recall.now + hold : (recall.before.heldUntil[key] ?? -Infinity);
    if (until <= recall.now) return false;
    recall.heldUntil.set(key, until);
    return true;
  };
}

type Test = (value: number, recall: Recall) => boolean;

function compileTest(condition: ProfileCondition, key: string, channel: DeviceChannel): Test {
  const { is, not, from, to, above, below, until } = condition;
  if (condition.bit !== undefined) return compileBit(condition, condition.bit, channel);
  if (is) return (value) => is.includes(value);
  if (not) return (value) => !not.includes(value);
  if (from !== undefined) return (value) => value >= from && value <= (to ?? Infinity);
  const limit = above ?? below ?? 0;
  const sign = above === undefined ? -1 : 1;
  return (value, { before, inside }) => {
    const wasInside = before.inside.includes(key);
    const isInside = (value - limit) * sign > 0 || (wasInside && until !== undefined && (value - until) * sign > 0);
    if (isInside) inside.add(key);
    return isInside;
  };
}

function compileBit(condition: ProfileCondition, bit: number | string, channel: DeviceChannel): Test {
  const { bitStride, inverted, normallyEnergised } = condition;
  const at = numberOf(bit, channel) + bitStride * (channel.channel - 1);
  const isSet = (value: number, position: number): boolean => Math.floor(value / 2 ** position) % 2 === 1;
  if (normallyEnergised === undefined) return (value) => isSet(value, at) !== inverted;
  // A fail-safe relay drops out to tell its alarm: what is told is the difference from how it rests.
  const resting = numberOf(normallyEnergised, channel);
  return (value) => (isSet(value, at) !== isSet(value, resting)) !== inverted;
}
