import type { SourceId } from './ids.ts';
import type { PermitFact } from './permit.ts';
import type { RegisterFact } from './register.ts';
import type { RosterFact } from './roster.ts';
import type { TagFix, TagState } from './tag.ts';

/**
 * What a source tells that is no sample of a configured point: where a tag is, that a work permit was opened, that a
 * hidden danger was closed. Immutable once emitted. Facts travel in batches, in the order in which they became true for
 * the source; what the site computes from them are points, events and alarms.
 */
export type Fact = TagFix | TagState | PermitFact | RegisterFact | RosterFact;

/** What every fact says of itself. */
export interface FactOrigin {
  /** Set by ingest: the source that told it. */
  readonly source?: SourceId;
  /** UTC ms at which the source says it was true; equals receiveTime where it carries no time. */
  readonly sourceTime: number;
  /** UTC ms by the agent's clock at which the bytes arrived. */
  readonly receiveTime: number;
  /** Bits of Flag; `sim` above all. */
  readonly flags: number;
}
