import type { Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { ReceiverOptions } from '#agent/model/receiver.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import type { CarePort } from './care/care-desk.ts';
import type { Tuning } from './tuning.ts';

/** Everything one receiver's uplink needs. Nothing else is read, and nothing but the receiver's cursors is written. */
export interface UplinkOptions {
  readonly site: {
    readonly id: SiteId;
    /** True if any source of the site is simulated: told in presence and in messages that carry no record. */
    readonly simulated: boolean;
  };
  readonly receiver: ReceiverOptions;
  /** The site's points, for a receiver with `wire: compact`, a filter or a sampling policy. */
  readonly points?: readonly Point[];
  readonly reader: RecordReader;
  /** Emits a stream's name after something was committed to it. A missed emission delays by one tick, loses nothing. */
  readonly committed$: Observable<Stream>;
  readonly clock: Clock;
  /** What a receiver with `care` may ask for. Absent: nothing. */
  readonly care?: Omit<CarePort, 'resend'>;
  /** Bytes of a picture or film by its name; undefined when it is gone. Absent: the site keeps none. */
  readonly readEvidence?: (file: string) => Buffer | undefined;
  /** The last number of a stream that somebody else has delivered; told as filtered. Absent: nobody does. */
  readonly skipThrough?: (stream: Stream) => number;
  /** For tests and benchmarks; a site runs on the defaults. */
  readonly tuning?: Partial<Tuning>;
}
