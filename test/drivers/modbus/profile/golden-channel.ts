import { outputsOf, type DeviceChannel, type DeviceProfile, type GoldenFrame } from '#config/device-profile.ts';
import {
  compileChannel,
  type ChannelReader,
  type RawValue,
  type Step,
} from '#drivers/modbus/profile/channel-reader.ts';
import { NOTHING_YET, type ChannelMemory } from '#drivers/modbus/profile/memory.ts';
import { isPlaceFault, parsePlace } from '#drivers/modbus/place.ts';

export type Registers = Readonly<Record<string, readonly number[]>>;

/** The channel that a golden frame is of. */
export function channelOf(
  profile: DeviceProfile,
  frame: GoldenFrame,
  rest: Partial<DeviceChannel> = {},
): DeviceChannel {
  const defaults = Object.entries(profile.settings).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const readings = Object.fromEntries(
    Object.entries(profile.readings).map(([name, { range = frame.range, unit = frame.unit }]) => [
      name,
      { ...(range && { range }), ...(unit !== undefined && { unit }) },
    ]),
  );
  return {
    id: 'GD-1',
    profile,
    channel: frame.channel,
    settings: { ...Object.fromEntries(defaults), ...frame.settings },
    readings,
    latchesOverRange: false,
    ...(frame.order && { order: frame.order }),
    ...rest,
  };
}

export function readerOf(channel: DeviceChannel): ChannelReader {
  const reader = compileChannel(channel);
  if (!('step' in reader)) throw new Error(reader.map(({ what, why }) => `${what}: ${why}`).join('\n'));
  return reader;
}

/** The words that the reader wants, out of registers by address. Throws for one that is not given. */
export function rawWords({ words }: ChannelReader, given: Registers): RawValue[] {
  const table = new Map<string, number>();
  for (const [at, values] of Object.entries(given)) {
    const place = parsePlace(at);
    if (isPlaceFault(place)) throw new Error(`${at}: ${place.what}`);
    for (const [index, value] of values.entries()) table.set(`${place.area} ${place.register + index}`, value);
  }
  return words.map(({ area, register }) => {
    const value = table.get(`${area} ${register}`);
    if (value === undefined) throw new Error(`${area} ${register} is not given`);
    return value;
  });
}

/** What one step tells, written as golden frames write it. */
const written = ({ told }: Step) =>
  Object.fromEntries(
    [...told].map(([name, { value, quality }]) => [
      name,
      quality.level === 'good' ? value : { value, quality: `${quality.level} ${quality.reason}` },
    ]),
  );

/** Every output that the frame expects, with `others` filled in. */
export const expectedOf = (profile: DeviceProfile, { expect, others }: GoldenFrame) => ({
  ...(others !== undefined && Object.fromEntries(outputsOf(profile).map(({ name }) => [name, others]))),
  ...expect,
});

export function tellGolden(profile: DeviceProfile, frame: GoldenFrame, memory: ChannelMemory = NOTHING_YET) {
  const reader = readerOf(channelOf(profile, frame));
  return written(reader.step(rawWords(reader, frame.given), memory, 0));
}
