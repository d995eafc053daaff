import type { PointId, SourceId } from './ids.ts';

/**
 * Something that happened once and is not a sample or an alarm: a link went down, a queue overflowed, a configuration
 * was applied, a filling was finished. Stored in stream `event`.
 */
export interface SiteEvent {
  /** UTC ms. */
  readonly time: number;
  /** Dotted, stable, for machines: `source.offline`, `opcua.sequence-gap`, `config.applied`. */
  readonly kind: string;
  readonly source?: SourceId;
  readonly point?: PointId;
  /** One sentence for a person. */
  readonly text: string;
  /**
   * Words in `text` and `detail` that name a person: tags, the enterprise's ids. They are replaced by the site's pseudonyms
   * before the event is kept, and this list is not kept with it.
   */
  readonly who?: readonly string[];
  /** Further facts; flat. */
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
  /** Bits of Flag; `sim` above all. */
  readonly flags: number;
}

/**
 * No data for these points from `from` to `to`, because of `reason`. Stored in stream `gap` and sent upstream, so that
 * a receiver can tell no-change, no-connection and lost apart.
 */
export interface Gap {
  /** UTC ms, inclusive. */
  readonly from: number;
  /** UTC ms, exclusive; absent while the gap is still open. */
  readonly to?: number;
  readonly reason: GapReason;
  readonly source?: SourceId;
  /** Absent: every point of the source, or of the site. */
  readonly points?: readonly PointId[];
  /** How many samples or records were lost, where it is known. */
  readonly lost?: number;
  /** Records of this stream lost, first and last sequence number, where it is known. */
  readonly records?: { readonly stream: string; readonly first: number; readonly last: number };
  readonly text: string;
  readonly flags: number;
}

type GapReason =
  | 'comm-lost'
  | 'server-overflow'
  | 'sequence-gap'
  | 'agent-stopped'
  | 'crash'
  | 'expired'
  | 'disk-full'
  | 'damaged'
  | 'overload'
  | 'quarantined';
