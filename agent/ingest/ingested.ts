import type { Gap, SiteEvent } from '#agent/model/event.ts';
import type { Fact } from '#agent/model/fact.ts';
import type { SourceId } from '#agent/model/ids.ts';
import type { Footage, Picture } from '#agent/model/picture.ts';
import type { Sample } from '#agent/model/sample.ts';
import type { SourceStatus } from '#agent/model/source.ts';

/**
 * What leaves ingest, for one source, in the order in which it became true.
 *
 * - `samples`: checked, in engineering units, at least one. Within a batch the device's order; a point's samples never
 *   overtake each other. Synthetic samples (`not-yet-read`, `stale`, `comm-lost`) travel here too, so that a reader who
 *   sees only samples never holds a value for good that is not.
 * - `status`: sent when state, reason or next attempt changed. `since` is kept while the state is the same.
 * - `event`: a state change of the source (`source.online`, `source.degraded`, `source.offline`), what the driver
 *   reported, and what ingest found wrong (`source.fault`, `source.clock`, `point.beyond-range`).
 * - `gap`: opened (without `to`) at the loss of a connection, from the last usable data on; sent again with `to` and the
 *   same `from` at recovery.
 * - `facts`: as the driver told them, with their source and the `sim` flag of a simulated one.
 * - `picture`, `footage`: of a camera; not judged here.
 * - `device`: what the device says of itself.
 */
export type Ingested =
  | { readonly type: 'samples'; readonly samples: readonly Sample[] }
  | { readonly type: 'status'; readonly status: SourceStatus }
  | { readonly type: 'facts'; readonly facts: readonly Fact[] }
  | { readonly type: 'picture'; readonly source: SourceId; readonly picture: Picture }
  | { readonly type: 'footage'; readonly source: SourceId; readonly footage: Footage }
  | { readonly type: 'event'; readonly event: SiteEvent }
  | { readonly type: 'gap'; readonly gap: Gap }
  | { readonly type: 'device'; readonly source: SourceId; readonly facts: Readonly<Record<string, string>> };
