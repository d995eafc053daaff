import type { SampleValue } from '#agent/model/sample.ts';

/** Instruments show no more; beyond, numbers are those of calculations and share no decimals. */
const MOST_DECIMALS = 4;

/** Numbers as integers of 10^-decimals; what is no number is as it was. */
export interface ScaledValues {
  readonly decimals: number;
  readonly value: SampleValue[];
}

/**
 * Values whose numbers all have few decimals, without the points between: a tenth less on the wire. Undefined where they
 * do not, or have none. An integer divided by a power of ten is exactly the number that was written with its decimals.
 */
export function scaledValues(values: readonly SampleValue[]): ScaledValues | undefined {
  let decimals = 0;
  for (const value of values) {
    if (typeof value !== 'number') continue;
    while (!isWhole(value, decimals)) {
      decimals += 1;
      if (decimals > MOST_DECIMALS) return undefined;
    }
  }
  const factor = 10 ** decimals;
  const value = values.map((each) => (typeof each === 'number' ? Math.round(each * factor) : each));
  // What fitted with fewer decimals may be too large for more.
  const isExact = value.every((each, place) => typeof each !== 'number' || each / factor === values[place]);
  return decimals > 0 && isExact ? { decimals, value } : undefined;
}

const isWhole = (value: number, decimals: number): boolean => {
  const scaled = Math.round(value * 10 ** decimals);
  return Number.isSafeInteger(scaled) && scaled / 10 ** decimals === value;
};
