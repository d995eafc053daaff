/** The field above ground while a storm comes, stands overhead and goes. */
export interface Storm {
  /** Seconds from the first sign to the edge of the cell overhead. */
  readonly approach: number;
  readonly overhead: number;
  readonly departure: number;
  /** Field below the charged layer, kV/m; negative for the usual storm. */
  readonly strength: number;
  /** Seconds between two flashes overhead. */
  readonly flashEvery: number;
}

export const summerStorm: Storm = {
  approach: 600,
  overhead: 900,
  departure: 600,
  strength: -9,
  flashEvery: 40,
};

export const stormSeconds = ({ approach, overhead, departure }: Storm): number => approach + overhead + departure;

const FAIR_WEATHER = 0.12;
/** A flash takes most of the field away at once; it comes back within some ten seconds. */
const FLASH_SHARE = 0.8;
const RECOVERY_SECONDS = 8;

/** kV/m at a time of the storm, seconds from its first sign. The same time gives the same field. */
export function stormField(storm: Storm, seconds: number): number {
  const sinceFlash = seconds - (lastFlash(storm, seconds) ?? Number.NEGATIVE_INFINITY);
  return fieldOf({ strength: storm.strength, nearness: nearnessAt(storm, seconds), seconds, sinceFlash });
}

/** kV/m under a storm that stands so near: 0 far away, 1 overhead. From three quarters on it flashes. */
export function fieldUnder({ strength, flashEvery }: Storm, nearness: number, seconds: number): number {
  const sinceFlash = nearness > 0.75 ? seconds % flashEvery : Number.POSITIVE_INFINITY;
  return fieldOf({ strength, nearness, seconds, sinceFlash });
}

interface Moment {
  readonly strength: number;
  readonly nearness: number;
  readonly seconds: number;
  readonly sinceFlash: number;
}

function fieldOf({ strength, nearness, seconds, sinceFlash }: Moment): number {
  const charge = strength * nearness;
  const lost = FLASH_SHARE * Math.exp(-sinceFlash / RECOVERY_SECONDS);
  return FAIR_WEATHER * (1 - nearness) + charge * (1 - lost) + breath(seconds) * (0.02 + 0.2 * nearness);
}

/** Times of all flashes, in seconds. */
export function flashes(storm: Storm): number[] {
  const first = storm.approach * 0.75;
  const end = storm.approach + storm.overhead;
  return Array.from(
    { length: Math.floor((end - first) / storm.flashEvery) + 1 },
    (_, index) => first + index * storm.flashEvery,
  );
}

function lastFlash(storm: Storm, seconds: number): number | undefined {
  return flashes(storm).findLast((at) => at <= seconds);
}

/** 0 far away, 1 overhead. */
function nearnessAt({ approach, overhead, departure }: Storm, seconds: number): number {
  if (seconds <= 0) return 0;
  if (seconds < approach) return smooth(seconds / approach);
  if (seconds < approach + overhead) return 1;
  return smooth(1 - (seconds - approach - overhead) / departure);
}

const smooth = (share: number): number => (share <= 0 ? 0 : share ** 2 * (3 - 2 * share));

/** Wind and turbulence: slow, never quite still, and the same each time. −1 to 1 */
const breath = (seconds: number): number =>
  0.5 * Math.sin(seconds * 0.9) + 0.3 * Math.sin(seconds * 2.3 + 1) + 0.2 * Math.sin(seconds * 7.1 + 2);
