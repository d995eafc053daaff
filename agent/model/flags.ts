/**
 * What else is known of a sample, as bits in one number (a sample is made a hundred thousand times a second).
 * Flags add to quality and never replace it.
 */
export const Flag = {
  /** Comes from a simulator. Travels to every receiver; simulated never passes for real. */
  sim: 1,
  /** The device says that the channel is inhibited (屏蔽). */
  inhibit: 2,
  /** Calibration, warm-up or service on the device. */
  maintenance: 4,
  /** The value was forced or set by hand (OPC UA GoodLocalOverride). */
  forced: 8,
  /** The device holds (latches) this state until somebody resets it there. */
  latched: 16,
  /** Source time is implausible: in the future, before 2000, frozen or far from the receive time. */
  clockSuspect: 32,
  /** Read later from the device's own history, to fill an outage. Never raises or clears an alarm. */
  backfilled: 64,
  /** The device's queue overflowed before this sample: values between it and the one before are missing. */
  overflow: 128,
} as const;

export type FlagName = keyof typeof Flag;

const names = Object.keys(Flag) as FlagName[];

export const hasFlag = (flags: number, name: FlagName): boolean => (flags & Flag[name]) !== 0;

/** The names in a fixed order, as they appear in messages and on the page. */
export const flagNames = (flags: number): FlagName[] => names.filter((name) => hasFlag(flags, name));
