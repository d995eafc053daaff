import type { DeviceChannel } from '#config/device-profile.ts';
import type { Fault } from '#config/fault.ts';
import { bad, type Quality } from '#agent/model/quality.ts';
import type { Area, ByteOrder } from '../value-type.ts';
import { compileOutputs, nothingKnown, type Told } from './channel-outputs.ts';
import { compileVerdicts } from './channel-verdicts.ts';
import { mapRegister, type MappedRegister } from './mapped-register.ts';
import type { ChannelMemory } from './memory.ts';
import type { RegisterValue } from './reading.ts';

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
  const judge = compileVerdicts(channel);
  const tell = compileOutputs(channel);
  const mirrored = new Set(profile.mirrored);
  const step: ChannelReader['step'] = (raw, memory, now) => {
    const values = new Map<string, RegisterValue>();
    let at = 0;
    for (const register of registers) {
      const own = raw.slice(at, at + register.count);
      at += register.count;
      const value = valueOf(register, own, mirrored.has(register.name));
      // Without one of its registers nothing of the channel is known: a value without its status is not believed.
      if (typeof value === 'object' && !register.isOptional && isUnread(own, value))
        return { told: nothingKnown(channel, value), memory };
      values.set(register.name, value);
    }
    const judged = judge(values, memory, now);
    if (!judged) return { told: nothingKnown(channel, UNDECODABLE), memory };
    const { told, peaks } = tell(values, judged, memory.peaks);
    return { told, memory: { ...judged.remembered, peaks } };
  };
  return { words, step };
}

const isUnread = (words: readonly RawValue[], value: Quality): boolean =>
  value === DAMAGED || words.some((word) => typeof word === 'object');

const UNDECODABLE = bad('decode');
/** As undecodable, but of a register that was read: told apart by being this very object. */
const DAMAGED: Quality = Object.freeze({ ...UNDECODABLE });

function valueOf(register: MappedRegister, words: readonly RawValue[], isMirrored: boolean): RegisterValue {
  const numbers: number[] = [];
  for (const word of words) {
    if (typeof word === 'object') return word;
    if (isMirrored && word >> 8 !== (word & 0xff)) return DAMAGED;
    numbers.push(word);
  }
  return register.decode(numbers);
}
