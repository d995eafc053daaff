/** One picture of a camera, as it came. */
export interface Picture {
  readonly jpeg: Uint8Array;
  /** UTC ms by the agent's clock at which it arrived. */
  readonly takenAt: number;
  /** Bits of Flag; `sim` above all. */
  readonly flags: number;
}
