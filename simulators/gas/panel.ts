/** One detector as it stands, whatever makes it and however its panel writes it. */
export interface Detector {
  /** What is in the air, in the detector's unit. */
  readonly gas: number;
  /** Upper end of its range. */
  readonly range: number;
  readonly unit: 'ppm' | 'mg/m3' | '%LEL' | '%vol';
  /** First, second and third alarm of the panel. Oxygen alarms when it falls below. */
  readonly limits: readonly [number, number, number];
  readonly isFalling: boolean;
  readonly mode: 'normal' | 'inhibit' | 'calibration' | 'warm-up';
  /** 0: none; else the fault number as the maker counts them. */
  readonly fault: number;
  readonly isPresent: boolean;
  /** The panel has lost the detector. */
  readonly isLost: boolean;
  /** Alarms are held until reset at the panel. */
  readonly isLatching: boolean;
  readonly latched: readonly [boolean, boolean, boolean];
  /** What it showed when it was inhibited. */
  readonly frozen: number | undefined;
}

export const quiet: Detector = {
  gas: 0,
  range: 100,
  unit: '%LEL',
  limits: [25, 50, 75],
  isFalling: false,
  mode: 'normal',
  fault: 0,
  isPresent: true,
  isLost: false,
  isLatching: false,
  latched: [false, false, false],
  frozen: undefined,
};

export interface Panel {
  readonly detectors: readonly Detector[];
  /** Counts while the device lives. */
  readonly heartbeat: number;
  /** The panel's own bus to its cards is down. */
  readonly isBusDown: boolean;
  /** Firmware that writes whole numbers on another scale. */
  readonly hasOtherScale: boolean;
}

/** What the detector shows: the air, cut at 110 % of its range; in inhibit some show what they showed before. */
export const shownBy = ({ gas, range, mode, frozen }: Detector): number =>
  mode === 'inhibit' && frozen !== undefined ? frozen : Math.min(gas, range * 1.1);

export const isOver = ({ gas, range }: Detector): boolean => gas > range;
export const isUnder = ({ gas, range }: Detector): boolean => gas < -0.05 * range;

/** The panel's three alarms now, latches included. They do not care for inhibit: some panels go on telling them. */
export function alarmsOf(detector: Detector): readonly [boolean, boolean, boolean] {
  const { gas, limits, isFalling, latched } = detector;
  const isIn = (limit: number, held: boolean): boolean => held || (isFalling ? gas < limit : gas >= limit);
  return [isIn(limits[0], latched[0]), isIn(limits[1], latched[1]), isIn(limits[2], latched[2])];
}

/** The detector a moment later: what it holds is held. */
export const latch = (detector: Detector): Detector =>
  detector.isLatching ? { ...detector, latched: alarmsOf(detector) } : { ...detector, latched: [false, false, false] };
