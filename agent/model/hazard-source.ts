import type { PointId } from './ids.ts';

/** 1 is the gravest; 0: Σq/Q is below 1, no major hazard source (GB 18218-2018). */
export type HazardLevel = 0 | 1 | 2 | 3 | 4;

/** A major hazard source (重大危险源), as a site has declared it. */
export interface HazardSourceDefinition {
  /** Unique in the site: `hazard-source/H1`. */
  readonly id: string;
  readonly substances: readonly HazardSubstance[];
  /** Correction for people within 500 m of the boundary. */
  readonly alpha: number;
  /** Least R of levels 1, 2 and 3. */
  readonly levels: readonly [number, number, number];
  /** Σq/Q */
  readonly ratioPoint: PointId;
  /** R = α Σ β q/Q */
  readonly indexPoint: PointId;
  /** The {@link HazardLevel}. */
  readonly levelPoint: PointId;
  /** The derived samples are repeated this often, so that they do not go stale. Milliseconds */
  readonly repeatMs: number;
}

export interface HazardSubstance {
  /** Where its inventory in tonnes is told. */
  readonly point: PointId;
  /** Q, tonnes. */
  readonly criticalTonnes: number;
  readonly beta: number;
  readonly stocks: readonly HazardStock[];
}

/** Where some of a substance is, and how its tonnes are known. Densities are t/m³. */
export type HazardStock =
  | { readonly kind: 'mass'; readonly point: PointId; readonly capacityTonnes?: number }
  | { readonly kind: 'volume'; readonly point: PointId; readonly density: number; readonly capacityTonnes?: number }
  | {
      readonly kind: 'level';
      readonly point: PointId;
      readonly density: number;
      /** Level in m and volume in m³, both rising, at least two; between them it is linear. */
      readonly strapping: readonly (readonly [number, number])[];
      readonly capacityTonnes?: number;
    }
  /** What is kept there at most, where nothing measures it. */
  | { readonly kind: 'declared'; readonly tonnes: number };
