import type { z } from 'zod';
import type { ByteOrder } from './device-words.ts';
import type { profileSchema } from './profile-schema.ts';

/** A profile as checked. */
export type DeviceProfile = z.output<typeof profileSchema>;
export type ProfileRegister = DeviceProfile['registers'][string];
export type ProfileReading = DeviceProfile['readings'][string];
export type ProfileCondition = NonNullable<DeviceProfile['conditions']['fault']>[number];
export type GoldenFrame = DeviceProfile['golden'][number];

/** One channel of one device of a site: the profile and what the site says of the channel. Plain data. */
export interface DeviceChannel {
  /** What the ids of its points begin with: `GD-1-3`. */
  readonly id: string;
  readonly profile: DeviceProfile;
  /** From 1. */
  readonly channel: number;
  /** Unit id; absent: the source's own. */
  readonly unit?: number;
  /** Byte order where the profile leaves it open; absent: the source's own. */
  readonly order?: ByteOrder;
  /** Every setting of the profile, defaults filled in. */
  readonly settings: Readonly<Record<string, number | string>>;
  /** Range and unit of each reading that has one, in engineering units. */
  readonly readings: Readonly<Record<string, ExpectedReading>>;
  /**
   * Once over range, the highest reading is held until the channel has been inhibited, calibrated or warmed up: a
   * catalytic sensor reads low in a mixture too rich to burn.
   */
  readonly latchesOverRange: boolean;
}

export interface ExpectedReading {
  readonly range?: { readonly low: number; readonly high: number };
  readonly unit?: string;
}

/** What a channel's points are called behind its id. Booleans that a device tells of every channel keep one name. */
const toldConditions = [
  'alarm1',
  'alarm2',
  'alarm3',
  'inhibit',
  'calibration',
  'warning',
  'latched',
  'run-up',
] as const;

export type OutputKind = 'reading' | 'state' | 'condition' | 'bit' | 'code' | 'text';

/** Every point that a channel of this profile becomes, the readings first. */
export function outputsOf(profile: DeviceProfile): readonly { readonly name: string; readonly kind: OutputKind }[] {
  const all = (kind: OutputKind, names: readonly string[]) => names.map((name) => ({ name, kind }));
  return [
    ...all('reading', Object.keys(profile.readings)),
    { name: 'state', kind: 'state' },
    ...all(
      'condition',
      toldConditions.filter((name) => profile.conditions[name]),
    ),
    ...all('bit', Object.keys(profile.bits)),
    ...all('code', Object.keys(profile.codes)),
    ...all('text', Object.keys(profile.texts)),
  ];
}
