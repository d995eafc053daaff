/** One picture of a camera, as it came. */
export interface Picture {
  readonly jpeg: Uint8Array;
  /** UTC ms by the agent's clock at which it arrived. */
  readonly takenAt: number;
  /** Bits of Flag; `sim` above all. */
  readonly flags: number;
}

/** A piece of what a camera films, whole on disk until the ring of pieces comes round. */
export interface Footage {
  /** Absolute; an MPEG transport stream, so that pieces in a row are one film. */
  readonly file: string;
  readonly bytes: number;
  /** UTC ms by the agent's clock, of its beginning and its end; as exact as the stream's delay. */
  readonly from: number;
  readonly to: number;
  /** Bits of Flag; `sim` above all. */
  readonly flags: number;
}
