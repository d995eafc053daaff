import type { FactOrigin } from './fact.ts';
import type { Person } from './headcount.ts';
import type { PointId } from './ids.ts';

/** Who wears which tag, whole: whoever is not in it wears none. A tag stands in it once. */
export interface RosterFact extends FactOrigin {
  readonly kind: 'roster';
  /** Differs with every difference of the persons; the same again only says that the list still stands. */
  readonly version: string;
  readonly persons: readonly Person[];
}

/** From where a headcount has its roster, where it is no file beside the configuration. */
export interface RosterFeed {
  /** Id of the source that tells it; rosters of others are not looked at. */
  readonly source: string;
  /** A roster that was not told for this long is stale. It stays in use. Milliseconds. */
  readonly staleAfterMs: number;
  /** Hours since it was told, and whether it is stale. */
  readonly points: { readonly age: PointId; readonly stale: PointId };
}
