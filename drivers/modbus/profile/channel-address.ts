import type { DeviceChannel } from '#config/device-profile.ts';
import type { ModbusAddress } from '../address.ts';

/** One output of a channel that a profile describes. All outputs of a channel share one `channel` object. */
export interface ChannelAddress {
  readonly channel: DeviceChannel;
  /** `gas`, `state`, `alarm1`, …: see `outputsOf`. */
  readonly output: string;
}

/** A point's address: a place of its own, or a part of a profiled channel. */
export type PointAddress = ModbusAddress | ChannelAddress;

export const isChannelAddress = (address: PointAddress): address is ChannelAddress => 'channel' in address;
