import type { FactOrigin } from './fact.ts';

/** A worn locating tag, by the id that the locating system gives it, exact: 64-bit numbers as decimal text. */
declare const brand: unique symbol;
export type TagId = string & { readonly [brand]: 'tag' };

export const tagId = (text: string): TagId => text as TagId;

/** One position of one tag, as a locating system told it; unfiltered. */
export interface TagFix extends FactOrigin {
  readonly kind: 'tag-fix';
  readonly tag: TagId;
  /**
   * In what `x` and `y` are given: `wgs84` for longitude and latitude in degrees (CGCS2000 agrees within decimetres), any
   * other text is a map of the locating system, in metres, that the site's configuration places.
   */
  readonly map: string;
  readonly x: number;
  readonly y: number;
  /** Metres above the map's floor, where told. */
  readonly z?: number;
  /** As the locating system names it; absent where it does not tell. */
  readonly floor?: string;
  /** Radius within which the tag is believed to be. Metres. */
  readonly accuracyM?: number;
  /** The device's own motion sensor. Absent: not told. */
  readonly isMoving?: boolean;
}

/** What a tag tells beside its position. Absent: not told this time, and unchanged. */
export interface TagState extends FactOrigin {
  readonly kind: 'tag-state';
  readonly tag: TagId;
  /** 0 to 100. */
  readonly batteryPercent?: number;
  readonly isBatteryLow?: boolean;
  /** The button was pressed. Only the locating system or a person ends it. */
  readonly sos?: boolean;
  /** The strap was cut or the tag taken off. */
  readonly isStrapCut?: boolean;
  /** The tag sleeps because it does not move: fixes come rarely, and that is no loss. */
  readonly isAsleep?: boolean;
  /** The locating system says that it no longer hears the tag. */
  readonly isLost?: boolean;
}
