import type { DeviceChannel, ProfileReading } from '#config/device-profile.ts';
import { bad, type Quality } from '#agent/model/quality.ts';
import { tidy } from './mapped-register.ts';
import { numberOf } from './setting.ts';

/** What stands in a register: its value, or why there is none. */
export type RegisterValue = number | string | Quality;
export type Read = (register: string) => RegisterValue;

const UNDECODABLE = bad('decode');
/** Instruments show at most so many decimal places; another number is no such register. */
const MOST_DECIMALS = 6;
const LARGEST_EXPONENT = 12;

/** Compiles one number of a channel. The result is in the reading's engineering unit. */
export function compileReading(
  name: string,
  reading: ProfileReading,
  channel: DeviceChannel,
): (read: Read) => number | Quality {
  const { range, unit } = channel.readings[name] ?? {};
  const [low, high] = reading.span?.map((end) => numberOf(end, channel)) ?? [];
  return (read) => {
    let value = numberIn(read(reading.from));
    if (typeof value !== 'number') return value;
    if (reading.units) {
      const code = numberIn(read(reading.units.of));
      if (typeof code !== 'number') return code;
      if (unit !== undefined && !isSameUnit(reading.units.codes[String(code)], unit)) return bad('decode', code);
    }
    if (reading.times !== undefined) {
      const factor = numberIn(read(reading.times));
      if (typeof factor !== 'number') return factor;
      // A range of nothing turns every level into a good-looking zero.
      if (factor <= 0) return UNDECODABLE;
      value *= factor;
    }
    const power = powerOfTen(reading, read);
    if (typeof power !== 'number') return power;
    // Dividing by a whole power is exact where multiplying by its inverse is not.
    value = power < 0 ? value / 10 ** -power : value * 10 ** power;
    if (reading.per !== undefined) value /= reading.per;
    if (low !== undefined && high !== undefined)
      value = range ? range.low + ((value - low) * (range.high - range.low)) / (high - low) : Number.NaN;
    return Number.isFinite(value) ? tidy(value) : UNDECODABLE;
  };
}

/** What the registers for decimal places and exponent say; 0 where there are none. */
function powerOfTen({ decimals, exponent }: ProfileReading, read: Read): number | Quality {
  const places = decimals === undefined ? 0 : numberIn(read(decimals));
  if (typeof places !== 'number') return places;
  const power = exponent === undefined ? 0 : numberIn(read(exponent));
  if (typeof power !== 'number') return power;
  const isPossible =
    Number.isInteger(places) && places >= 0 && places <= MOST_DECIMALS && Math.abs(power) <= LARGEST_EXPONENT;
  return isPossible ? power - places : UNDECODABLE;
}

const numberIn = (value: RegisterValue): number | Quality => (typeof value === 'string' ? UNDECODABLE : value);

const isSameUnit = (told: string | undefined, expected: string): boolean =>
  told !== undefined && plain(told) === plain(expected);

/** `mg/m³` and `mg/m3`, `%vol` and `%VOL`, `LEL·m` and `LEL.m` are one unit each. */
const plain = (unit: string): string =>
  unit.toLowerCase().replaceAll('³', '3').replaceAll('²', '2').replaceAll('·', '.').replaceAll(/\s/g, '');
