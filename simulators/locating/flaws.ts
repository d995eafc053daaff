/** What is wrong with what a locating system says of people. Shares are 0 to 1, of all fixes. */
export interface Flaws {
  /** Standard deviation of each coordinate. Metres. */
  readonly noiseM: number;
  /** A jump of 1 to 10 m, as where the straight way to the anchors is blocked. */
  readonly jumpShare: number;
  readonly floorFlipShare: number;
  readonly duplicateShare: number;
  /** A fix arrives after the one that follows it. */
  readonly disorderShare: number;
  /** A tag is unheard for 5 to 60 s, times an hour. */
  readonly dropoutsPerHour: number;
}

export const noFlaws: Flaws = {
  noiseM: 0,
  jumpShare: 0,
  floorFlipShare: 0,
  duplicateShare: 0,
  disorderShare: 0,
  dropoutsPerHour: 0,
};

/** What a plant full of steel does. */
export const usualFlaws: Flaws = {
  noiseM: 0.3,
  jumpShare: 0.02,
  floorFlipShare: 0.005,
  duplicateShare: 0.01,
  disorderShare: 0.01,
  dropoutsPerHour: 2,
};
