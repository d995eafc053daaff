export const deviceClasses = [
  'gas-controller',
  'gas-transmitter',
  'vibration-rack',
  'vibration-sensor',
  'lightning',
  'filling-skid',
  'sis',
] as const;

/**
 * The state of a channel, in the words that are the same for every make. Their order is the default precedence: what
 * makes the reading worthless comes first, what it says last.
 */
export const channelStates = [
  'not-present',
  'comm-fault',
  'stale',
  'fault',
  'warm-up',
  'calibration',
  'inhibit',
  'over',
  'alarm3',
  'alarm2',
  'alarm1',
  'under',
  'normal',
] as const;
export type ChannelState = (typeof channelStates)[number];

/** What a profile can say of a channel. `present` is the contrary of `not-present`, for devices that tell it so. */
export const conditionNames = [
  'present',
  'not-present',
  'comm-fault',
  'stale',
  'fault',
  'warm-up',
  'calibration',
  'inhibit',
  'over',
  'under',
  'alarm1',
  'alarm2',
  'alarm3',
  'warning',
  'latched',
  'run-up',
] as const;
export type ConditionName = (typeof conditionNames)[number];

/** How two registers can stand on the wire, A the most significant byte. */
export const byteOrders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
export type ByteOrder = (typeof byteOrders)[number];
