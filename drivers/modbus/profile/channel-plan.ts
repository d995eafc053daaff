import type { DeviceChannel } from '#config/device-profile.ts';
import type { Fault } from '#config/fault.ts';
import { pointId, type PointId } from '#agent/model/ids.ts';
import type { DriverPoint } from '../../driver.ts';
import type { ModbusAddress } from '../address.ts';
import { optionsOfUnit, type ModbusOptions } from '../schema.ts';
import { isBitArea } from '../value-type.ts';
import type { AssembledChannel } from './assembler.ts';
import type { ChannelAddress } from './channel-address.ts';
import { compileChannel, type RawWord } from './channel-reader.ts';
import { withLimitsOf } from './profile-limits.ts';

/** A profiled channel with the points that the site has of it. */
export interface PlannedChannel {
  readonly channel: DeviceChannel;
  readonly points: ReadonlyMap<string, PointId>;
}

/** What is read for channels: the registers as points of their own, and how they become channels again. */
export interface ChannelPlan {
  readonly options: ModbusOptions;
  readonly registers: readonly DriverPoint<ModbusAddress>[];
  readonly channels: readonly AssembledChannel[];
  /** A point of the site for each register, to name in what the driver tells. */
  readonly spokesman: ReadonlyMap<string, PointId>;
  readonly faults: readonly { readonly point: PointId; readonly fault: Fault }[];
}

/** The channels behind a list of points, in the order in which they are first met. */
export function channelsOf(
  points: readonly { readonly id: string; readonly address: ChannelAddress }[],
): readonly PlannedChannel[] {
  const byId = new Map<string, { channel: DeviceChannel; points: Map<string, PointId> }>();
  for (const { id, address } of points) {
    const planned = byId.get(address.channel.id) ?? { channel: address.channel, points: new Map() };
    planned.points.set(address.output, pointId(id));
    byId.set(address.channel.id, planned);
  }
  return [...byId.values()];
}

/** Works out what to read for channels. Pure; what does not fit is told and left out. */
export function planChannels(options: ModbusOptions, planned: readonly PlannedChannel[]): ChannelPlan {
  const limited = withLimitsOf(options, planned);
  const registers = new Map<PointId, DriverPoint<ModbusAddress>>();
  const spokesman = new Map<string, PointId>();
  const channels: AssembledChannel[] = [];
  const faults: { readonly point: PointId; readonly fault: Fault }[] = [];
  for (const { channel, points } of planned) {
    const [first] = points.values();
    if (first === undefined) continue;
    const unit = channel.unit ?? options.unit;
    const settings = optionsOfUnit(limited, unit);
    const reader = compileChannel(channel, settings.order);
    if (!('step' in reader)) {
      faults.push(...reader.map((fault) => ({ point: first, fault })));
      continue;
    }
    const groups = groupsOf(reader.words, channel.id, settings);
    const parts = reader.words.map((word, index) => {
      const id = pointId(`unit ${unit} ${word.area} ${word.register}`);
      if (!registers.has(id)) {
        registers.set(id, { id, kind: 'number', address: addressOf(word, unit, groups[index]) });
        spokesman.set(id, first);
      }
      return id;
    });
    channels.push({ reader, points, parts });
  }
  return { options: limited, registers: [...registers.values()], channels, spokesman, faults };
}

function addressOf({ area, register }: RawWord, unit: number, group: string | undefined): ModbusAddress {
  return {
    area,
    register,
    registers: 1,
    encoding: 'ascii',
    digits: 1,
    bad: [],
    unit,
    ...(!isBitArea(area) && { type: 'uint16' as const }),
    ...(group !== undefined && { group }),
  };
}

/**
 * What is read in one request: all registers of a channel where they fit, else as many as fit. The words of one value
 * always come together.
 */
function groupsOf(
  words: readonly RawWord[],
  channel: string,
  limits: { readonly maxRegisters: number; readonly maxBits: number },
): readonly (string | undefined)[] {
  const groups: (string | undefined)[] = words.map(() => undefined);
  const order = [...words.keys()].toSorted((a, b) => placeIn(words, a) - placeIn(words, b));
  let first = -1;
  let last = words[order[0] ?? 0];
  let number = 0;
  for (const index of order) {
    const word = words[index];
    if (!word || word.isShared) continue;
    const most = isBitArea(word.area) ? limits.maxBits : limits.maxRegisters;
    const fits = word.area === last?.area && word.register - first < most && first >= 0;
    if (!fits && !(word.of === last?.of && word.area === last.area)) {
      number += 1;
      first = word.register;
    }
    last = word;
    groups[index] = `${channel} ${number}`;
  }
  return groups;
}

const areaRank = { coil: 0, discrete: 1, input: 2, holding: 3 } as const;
const placeIn = (words: readonly RawWord[], index: number): number => {
  const word = words[index];
  return word ? areaRank[word.area] * 65_536 + word.register : 0;
};
