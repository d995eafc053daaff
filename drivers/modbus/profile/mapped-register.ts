import type { DeviceChannel, ProfileRegister } from '#config/device-profile.ts';
import type { Fault } from '#config/fault.ts';
import { bad, type Quality } from '#agent/model/quality.ts';
import { compileDecoder } from '../decode.ts';
import { isPlaceFault, parsePlace, type Place } from '../place.ts';
import { parseSentinels } from '../sentinel.ts';
import { isBitArea, registersOf, type Area, type ByteOrder } from '../value-type.ts';
import { numberOf } from './setting.ts';

/** A register of a profile, placed for one channel. */
export interface MappedRegister {
  readonly name: string;
  readonly area: Area;
  /** Wire address of its first register or bit. */
  readonly first: number;
  /** Registers or bits that it takes. */
  readonly count: number;
  /** All channels of the device have the same one. */
  readonly isShared: boolean;
  readonly isOptional: boolean;
  readonly decode: (words: readonly number[]) => number | string | Quality;
}

const UNDECODABLE = bad('decode');

/** Places a register for a channel and compiles how it is read. */
export function mapRegister(
  name: string,
  register: ProfileRegister,
  channel: DeviceChannel,
  sourceOrder: ByteOrder | undefined,
): MappedRegister | Fault {
  const place = placeOf(register, channel);
  if (isPlaceFault(place)) return place;
  const first = place.register + register.stride * (channel.channel - 1);
  const count = countOf(register);
  if (first + count > 65_536)
    return {
      what: `register ${name} of channel ${channel.channel} would stand at ${first}`,
      why: 'addresses end at 65535',
      todo: 'correct the channels or the setting',
    };
  if ((register.type === 'bits') !== isBitArea(place.area))
    return {
      what: `register ${name} is ${register.type} at ${register.at}`,
      why: 'bits are coils or discrete inputs, all other types are registers',
      todo: 'correct the setting or the profile',
    };
  const order = register.order ?? channel.order ?? sourceOrder;
  const decoder = decoderOf(register, place, count, order ?? 'ABCD');
  if ('todo' in decoder) return decoder;
  if (!order && count > 1 && register.type !== 'bits' && register.type !== 'string')
    return {
      what: `${register.type} ${name} without a byte order`,
      why: `devices send longer values in four ways, and the papers of ${channel.profile.id} do not tell which`,
      todo: 'add "order: ABCD" (or CDAB, BADC, DCBA) to the device, and compare one value with its display',
    };
  const scale = scaleOf(register, channel);
  const isShared = register.stride === 0 && channel.profile.channels.last > 1;
  return {
    name,
    area: place.area,
    first,
    count,
    isShared,
    isOptional: register.optional,
    decode: (words) => {
      const value = decoder.decode(words);
      return typeof value === 'number' ? scale(value) : value;
    },
  };
}

function placeOf({ at }: ProfileRegister, { settings }: DeviceChannel): Place | Fault {
  if (at.includes(':')) return parsePlace(at);
  const [setting = '', offset = '0'] = at.split('+');
  const base = settings[setting];
  if (typeof base !== 'string')
    return {
      what: `setting ${setting} is ${base === undefined ? 'missing' : `${base}`}`,
      why: 'the registers of this device are counted from it',
      todo: `write for example "${setting}: modicon:40001" below settings`,
    };
  const place = parsePlace(base);
  return isPlaceFault(place) ? place : { ...place, register: place.register + Number(offset) };
}

function countOf({ type, length }: ProfileRegister): number {
  if (type === 'bits') return length ?? 16;
  return type === 'string' ? (length ?? 1) : registersOf[type];
}

type WordDecoder = { readonly decode: (words: readonly number[]) => number | string | Quality };

function decoderOf(register: ProfileRegister, place: Place, count: number, order: ByteOrder): WordDecoder | Fault {
  const { type } = register;
  // Not with shifts: 32 bits and more would wrap.
  if (type === 'bits')
    return { decode: (bits) => bits.reduce((sum, bit, index) => sum + (bit === 0 ? 0 : 2 ** index), 0) };
  const sentinels = parseSentinels(register.bad ?? '');
  if (!Array.isArray(sentinels)) return sentinels;
  const decode = compileDecoder(
    {
      ...place,
      registers: count,
      type,
      encoding: 'ascii',
      digits: register.digits ?? 1,
      bad: sentinels,
      ...(register.bits && { bits: { first: register.bits[0], last: register.bits[1] } }),
    },
    order,
  );
  const bytes = new Uint8Array(count * 2);
  return {
    decode: (words) => {
      words.forEach((word, index) => {
        bytes[index * 2] = word >> 8;
        bytes[index * 2 + 1] = word & 0xff;
      });
      const value = decode(bytes, 0);
      return typeof value === 'boolean' ? Number(value) : value;
    },
  };
}

function scaleOf({ scale, span }: ProfileRegister, channel: DeviceChannel): (raw: number) => number | Quality {
  if (scale !== undefined) {
    const factor = numberOf(scale, channel);
    return (raw) => finite(tidy(raw * factor));
  }
  if (!span) return (raw) => raw;
  const [rawLow, rawHigh] = span.raw.map((end) => numberOf(end, channel));
  const [low, high] = span.value.map((end) => numberOf(end, channel));
  if (rawLow === undefined || rawHigh === undefined || low === undefined || high === undefined)
    return () => UNDECODABLE;
  return (raw) => finite(tidy(low + ((raw - rawLow) * (high - low)) / (rawHigh - rawLow)));
}

const finite = (value: number): number | Quality => (Number.isFinite(value) ? value : UNDECODABLE);

/** Twelve digits: 207 × 0.1 is 20.7 and not 20.700000000000003, and no instrument has more. */
export const tidy = (value: number): number => Number(value.toPrecision(12));
