import type { PointId, SourceId, ZoneId } from './ids.ts';

/** What is measured. Decides default deadbands and how the page draws it; `state` and `text` are not numeric. */
export type PointKind =
  | 'temperature'
  | 'pressure'
  | 'level'
  | 'flow'
  | 'speed'
  | 'power'
  | 'vibration'
  | 'position'
  | 'concentration'
  | 'gas-combustible'
  | 'gas-toxic'
  | 'oxygen'
  | 'electric-field'
  | 'quantity'
  | 'number'
  | 'state'
  | 'text';

/** Alarms of points with a statutory role can't be delayed, shelved or suppressed here, only acknowledged. */
export type SafetyRole = 'none' | 'gas' | 'sis' | 'fire' | 'headcount' | 'major-hazard';

/** Linear scaling from raw to engineering units: `raw × factor + offset`. */
interface Scale {
  readonly factor: number;
  readonly offset: number;
}

/** One measured or derived thing, as configured. */
export interface Point {
  readonly id: PointId;
  readonly source: SourceId;
  readonly kind: PointKind;
  /** Chinese or English name for people; equals the id where none was given. */
  readonly name: string;
  /** UCUM-like text as people write it: `°C`, `kPa`, `%LEL`, `ppm`; empty for states. */
  readonly unit: string;
  /** Instrument range in engineering units; a value outside is over-range or under-range. */
  readonly range?: { readonly low: number; readonly high: number };
  readonly scale?: Scale;
  /** A value older than this is stale: uncertain first, never silently good. Milliseconds. */
  readonly staleAfterMs: number;
  readonly zone?: ZoneId;
  /** GB 18218 hazard source that the point belongs to. */
  readonly hazardSource?: string;
  readonly safetyRole: SafetyRole;
  /** The regulator's code for the point (e.g. a 22 or 24 character target code), where it has one. */
  readonly regulatorCode?: string;
  /** Texts of a state point's values, e.g. `{ "0": "stopped", "1": "running" }`. */
  readonly states?: Readonly<Record<string, string>>;
}
