import { Flag } from '#agent/model/flags.ts';
import type { Contact } from '#agent/model/contact.ts';
import { uncertain, worst } from '#agent/model/quality.ts';
import type { Quality } from '#agent/model/quality.ts';
import type { Sample } from '#agent/model/sample.ts';

/** What a contact tells now. */
export interface ContactReading {
  /** Undefined while it is not known: never read, or not good. */
  readonly isOn: boolean | undefined;
  readonly quality: Quality;
  readonly flags: number;
}

const NEVER: ContactReading = { isOn: undefined, quality: uncertain('not-yet-read'), flags: 0 };

export const neverRead = (): ContactReading => NEVER;

/** Reads a sample as a contact; values are compared as text, so that 1, true and "1" of different devices may all do. */
export function readContact({ on }: Contact, { value, quality, flags }: Sample): ContactReading {
  const carried = flags & (Flag.sim | Flag.forced | Flag.maintenance | Flag.inhibit);
  if (quality.level !== 'good' || value === null) return { isOn: undefined, quality, flags: carried };
  return { isOn: words(value) === words(on), quality, flags: carried };
}

const words = (value: string | number | boolean): string =>
  value === true || value === 1 ? '1' : value === false || value === 0 ? '0' : String(value);

/** The worst quality among readings, and the flags of all. */
export const together = (readings: readonly ContactReading[]): Pick<ContactReading, 'quality' | 'flags'> => ({
  quality: readings.map(({ quality }) => quality).reduce(worst),
  flags: readings.reduce((all, { flags }) => all | flags, 0),
});
