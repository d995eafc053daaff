import { channelStates, conditionNames } from '#config/device-words.ts';
import type { ConditionName } from '#config/device-words.ts';
import { outputsOf, type DeviceChannel } from '#config/device-profile.ts';
import type { Fault } from '#config/fault.ts';
import { Flag } from '#agent/model/flags.ts';
import { bad, GOOD, type Quality } from '#agent/model/quality.ts';
import type { SampleValue } from '#agent/model/sample.ts';
import type { Area, ByteOrder } from '../value-type.ts';
import { flagsOf, lifeQuality, readingQuality, stateOf, type Holds } from './channel-state.ts';
import { compileAny, type Judge, type Look, type Recall } from './condition.ts';
import { mapRegister, type MappedRegister } from './mapped-register.ts';
import { beat, type ChannelMemory } from './memory.ts';
import { OverRange } from './over-range.ts';
import { compileReading, type Read } from './reading.ts';

/** One register or bit that must be read for a channel. */
export interface RawWord {
  readonly area: Area;
  readonly register: number;
  /** Other channels need the same one. */
  readonly isShared: boolean;
  /** The register of the profile that it belongs to, whose words must come from one reply. */
  readonly of: string;
}

/** A register as read (0 to 65535, a bit as 0 or 1), or why it could not be read. */
export type RawValue = number | Quality;

/** What a channel says through one of its outputs. */
export interface Told {
  readonly value: SampleValue;
  readonly quality: Quality;
  /** Bits of Flag, beside those of the reply. */
  readonly flags: number;
}

export interface Step {
  readonly told: ReadonlyMap<string, Told>;
  readonly memory: ChannelMemory;
}

/** A channel, ready to read. Pure: registers and memory in, outputs and memory out. */
export interface ChannelReader {
  readonly words: readonly RawWord[];
  /** @param words in the order of `words`; @param now monotonic ms */
  readonly step: (words: readonly RawValue[], memory: ChannelMemory, now: number) => Step;
}

const UNDECODABLE = bad('decode');

/** Compiles a channel; the faults say what in the profile or the site does not fit. */
export function compileChannel(channel: DeviceChannel, sourceOrder?: ByteOrder): ChannelReader | readonly Fault[] {
  const { profile } = channel;
  const mapped = Object.entries(profile.registers).map(([name, register]) =>
    mapRegister(name, register, channel, sourceOrder),
  );
  const faults = mapped.flatMap((register) => ('todo' in register ? [register] : []));
  if (faults.length > 0) return faults;
  const registers = mapped.flatMap((register) => ('todo' in register ? [] : [register]));
  const words = registers.flatMap(({ name, area, first, count, isShared }) =>
    Array.from({ length: count }, (_, index): RawWord => ({ area, register: first + index, isShared, of: name })),
  );
  const interpret = compileOutputs(channel);
  const mirrored = new Set(profile.mirrored);
  const step: ChannelReader['step'] = (raw, memory, now) => {
    const values = new Map<string, number | string | Quality>();
    let at = 0;
    for (const register of registers) {
      const own = raw.slice(at, at + register.count);
      at += register.count;
      const value = valueOf(register, own, mirrored.has(register.name));
      // Without one of its registers nothing of the channel is known: a value without its status is not believed.
      if (typeof value === 'object' && !register.isOptional && isUnread(own, value))
        return { told: everything(channel, value), memory };
      values.set(register.name, value);
    }
    return interpret(values, memory, now);
  };
  return { words, step };
}

const isUnread = (words: readonly RawValue[], value: Quality): boolean =>
  value === DAMAGED || words.some((word) => typeof word === 'object');

const DAMAGED = Object.freeze({ ...UNDECODABLE });

function valueOf(register: MappedRegister, words: readonly RawValue[], isMirrored: boolean) {
  const numbers: number[] = [];
  for (const word of words) {
    if (typeof word === 'object') return word;
    if (isMirrored && word >> 8 !== (word & 0xff)) return DAMAGED;
    numbers.push(word);
  }
  return register.decode(numbers);
}

/** The same bad quality for every output. */
const everything = (channel: DeviceChannel, quality: Quality): Map<string, Told> =>
  new Map(outputsOf(channel.profile).map(({ name }) => [name, { value: null, quality, flags: 0 }]));

type Values = ReadonlyMap<string, number | string | Quality>;

function compileOutputs(channel: DeviceChannel): (values: Values, memory: ChannelMemory, now: number) => Step {
  const { profile } = channel;
  const conditions = conditionNames.flatMap((name) => {
    const any = profile.conditions[name];
    return any ? [{ name, judge: compileAny(any, name, channel), ofs: any.map(({ of }) => of) }] : [];
  });
  const bits = Object.entries(profile.bits).map(([name, { when }]) => ({
    name,
    judge: compileAny(when, name, channel),
  }));
  const readings = Object.entries(profile.readings).map(([name, reading]) => ({
    name,
    compute: compileReading(name, reading, channel),
    overRange: new OverRange(name, channel),
  }));
  const isOptional = (name: string): boolean => profile.registers[name]?.optional === true;
  const outputs = outputsOf(profile);
  const precedence = profile.precedence ?? channelStates;

  return (values, before, now) => {
    const read: Read = (register) => values.get(register) ?? UNDECODABLE;
    const look: Look = (register) => {
      const value = values.get(register);
      return typeof value === 'number' ? value : undefined;
    };
    const recall: Recall = { before, heldUntil: new Map(), inside: new Set(), now };
    const verdicts = new Map<ConditionName, boolean>();
    for (const { name, judge, ofs } of conditions) {
      const verdict = judge(look, recall);
      if (verdict === undefined && !ofs.every(isOptional))
        return { told: everything(channel, UNDECODABLE), memory: before };
      verdicts.set(name, verdict ?? name === 'present');
    }
    if (verdicts.get('present') === false) verdicts.set('not-present', true);
    const heartbeat = beat(before, profile.heartbeat && look(profile.heartbeat.of), now);
    if (profile.heartbeat && heartbeat && now - heartbeat.changedAt > profile.heartbeat.within)
      verdicts.set('stale', true);

    const told = new Map<string, Told>();
    const peaks: Record<string, number> = {};
    const numbers = readings.map(({ name, compute, overRange }) => {
      const seen = overRange.see(compute(read), verdicts, before.peaks[name]);
      if (seen.peak !== undefined) peaks[name] = seen.peak;
      if (seen.side !== 'inside') verdicts.set(seen.side, true);
      return { name, ...seen };
    });

    const holds: Holds = (name) => verdicts.get(name) === true;
    const flags = flagsOf(holds);
    const life = lifeQuality(holds);
    const alarmFlags = flags | (holds('latched') ? Flag.latched : 0);
    const trust = readingQuality(holds, look(profile.codes['fault-code']?.from ?? ''));
    for (const { name, value, isHeld } of numbers) {
      const quality = typeof value === 'object' && trust.level !== 'bad' ? value : trust;
      told.set(name, {
        value: typeof value === 'object' || holds('not-present') ? null : value,
        quality,
        flags: flags | (isHeld ? Flag.latched : 0),
      });
    }
    told.set('state', { value: stateOf(holds, precedence), quality: GOOD, flags: alarmFlags });
    for (const { name, kind } of outputs)
      if (kind === 'condition') told.set(name, { value: holds(conditionOf(name)), quality: life, flags: alarmFlags });
    for (const { name, judge } of bits) told.set(name, bitTold(judge(look, recall), life, flags));
    for (const [name, { from }] of [...Object.entries(profile.codes), ...Object.entries(profile.texts)])
      told.set(name, valueTold(read(from), life, flags));

    const memory: ChannelMemory = {
      ...(heartbeat && { heartbeat }),
      heldUntil: Object.fromEntries(recall.heldUntil),
      inside: [...recall.inside],
      peaks,
    };
    return { told, memory };
  };
}

const conditionOf = (output: string): ConditionName => conditionNames.find((name) => name === output) ?? 'not-present';

const bitTold = (verdict: ReturnType<Judge>, life: Quality, flags: number): Told =>
  verdict === undefined ? { value: null, quality: UNDECODABLE, flags } : { value: verdict, quality: life, flags };

const valueTold = (value: number | string | Quality, life: Quality, flags: number): Told =>
  typeof value === 'object' ? { value: null, quality: value, flags } : { value, quality: life, flags };
