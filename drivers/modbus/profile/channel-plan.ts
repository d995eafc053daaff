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
import { requestGroups } from './request-groups.ts';
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
    const groups = requestGroups(reader.words, channel.id, {
      ...settings,
      isSolid: channel.profile.limits.solid,
    });
    const parts = reader.words.map((word, index) => {
      const id = pointId(`unit ${unit} ${word.area} ${word.register}`);
      if (!registers.has(id)) {
        registers.set(id, { id, kind: 'number', address: addressOf(word, unit, groups[index]) });
        spokesman.set(id, first);
      }
      return id;
    });
    channels.push({ id: channel.id, reader, points, parts });
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
