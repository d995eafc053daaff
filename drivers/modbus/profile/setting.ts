import type { DeviceChannel } from '#config/device-profile.ts';

/** A number of a profile, or the setting that it names; NaN where the site gives no number. */
export function numberOf(value: number | string, { settings }: DeviceChannel): number {
  if (typeof value === 'number') return value;
  const given = settings[value];
  return typeof given === 'number' ? given : Number.NaN;
}
