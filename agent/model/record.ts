import type { AlarmTransition } from './alarm.ts';
import type { Gap, SiteEvent } from './event.ts';
import type { ReceiverId } from './ids.ts';
import type { RegisterEntry } from './register.ts';
import type { Sample } from './sample.ts';

/**
 * What the journal keeps. `site + stream + seq` identifies a record for ever: a receiver may use it to drop duplicates.
 *
 * `seq` starts at 1 in each stream and has no holes. A record of stream `sample` holds one block of samples, in the
 * order in which they were received.
 */
export type JournalRecord =
  | RecordOf<'alarm', AlarmTransition>
  | RecordOf<'event', SiteEvent>
  | RecordOf<'gap', Gap>
  | RecordOf<'audit', AuditEntry>
  | RecordOf<'register', RegisterEntry>
  | RecordOf<'sample', readonly Sample[]>;

export interface RecordOf<Stream extends string, Body> {
  readonly stream: Stream;
  readonly seq: number;
  /** UTC ms at which the record was committed. Never decreases within a stream, even if the wall clock steps back. */
  readonly time: number;
  readonly body: Body;
}

export type Stream = JournalRecord['stream'];

export const streams = ['alarm', 'event', 'gap', 'audit', 'register', 'sample'] as const satisfies readonly Stream[];

/** Streams whose commits are on disk (fsync) before the call returns. */
export type DurableStream = Exclude<Stream, 'sample'>;

/** A record not yet numbered. */
export type Draft =
  | { readonly stream: 'alarm'; readonly body: AlarmTransition }
  | { readonly stream: 'event'; readonly body: SiteEvent }
  | { readonly stream: 'gap'; readonly body: Gap }
  | { readonly stream: 'audit'; readonly body: AuditEntry }
  | { readonly stream: 'register'; readonly body: RegisterEntry };

/** Who did what, for the inspector. */
export interface AuditEntry {
  readonly time: number;
  readonly who: string;
  readonly action: string;
  readonly what: string;
  readonly detail?: Readonly<Record<string, string | number | boolean | null>>;
  /** Put there as it is written: `sim` where the whole site is simulated. Absent: none. */
  readonly flags?: number;
}

/**
 * What the uplink sees of the journal. Implemented by agent/journal; the uplink reads here and never from the live
 * stream, so that nothing can be sent that is not on disk.
 */
export interface RecordReader {
  /** Highest committed seq of a stream; 0 when empty. */
  head(stream: Stream): number;
  /** Lowest seq still kept; head + 1 when nothing is kept. */
  tail(stream: Stream): number;
  /**
   * Records with `after < seq`, ascending, at most `limit`, and at most `before - 1` where given. Expired records are
   * simply absent: the caller compares seq with what it expected and finds the reason in stream `gap`.
   */
  read(stream: Stream, after: number, limit: number, before?: number): JournalRecord[];
  /** The receiver's cursors, by a name that the uplink chooses (a lane and stream). */
  cursors(receiver: ReceiverId): ReadonlyMap<string, string>;
  /** Stores cursors of one receiver in one transaction. Lost on power failure at worst, never torn: then records repeat. An empty text removes an entry. */
  setCursors(receiver: ReceiverId, entries: ReadonlyMap<string, string>): void;
}
