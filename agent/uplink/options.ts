import type { Observable } from 'rxjs';
import type { Clock } from '#agent/model/clock.ts';
import type { ReceiverId, SiteId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { RecordReader, Stream } from '#agent/model/record.ts';
import type { FilterOptions, SamplingOptions } from './select/select-options.ts';
import type { SealOptions } from './seal/seal-options.ts';
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
  /** For tests and benchmarks; a site runs on the defaults. */
  readonly tuning?: Partial<Tuning>;
}

/** One upstream system, as configured. The configuration's ReceiverConfig has this shape. */
export interface ReceiverOptions {
  readonly id: ReceiverId;
  readonly name: string;
  readonly transport: MqttOptions | HttpsOptions;
  readonly profile: 'firewatch-json';
  /**
   * `plain`, the default: each message is readable by itself. `compact`: samples refer to a catalog of the site's points
   * that is retained at the broker, and messages travel as zstd; a tenth of the bytes.
   */
  readonly wire?: 'plain' | 'compact';
  readonly lanes: LaneOptions;
  readonly seal?: SealOptions;
  /** Absent: everything. */
  readonly filter?: FilterOptions;
  /** Absent: every sample. */
  readonly sampling?: SamplingOptions;
}

export interface MqttOptions {
  readonly kind: 'mqtt';
  /** `mqtt://host:1883` or `mqtts://host:8883`. */
  readonly url: string;
  readonly version: 5;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Revealed;
  readonly tls?: TlsOptions;
  /** Topics are `<prefix>/<site>/<stream>`. */
  readonly topicPrefix: string;
  readonly keepaliveMs: number;
  /**
   * What to do when the broker says that nobody is subscribed (reason 0x10). True, the default: that is no delivery;
   * hold and try again. False: the broker itself consumes the messages, as EMQX does with a rule.
   */
  readonly requireSubscriber?: boolean;
}

export interface HttpsOptions {
  readonly kind: 'https';
  /** `https://host/path`; messages are posted to `<url>/<site>/<topic>`. `http://` only for a gateway on the same machine. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: Revealed;
  readonly tls?: TlsOptions;
  /** Requests at a time. */
  readonly connections: number;
  /** An answer must come within this time. */
  readonly timeoutMs: number;
  /** Largest body that the platform takes; absent: no limit. */
  readonly messageBytes?: number;
}

export interface TlsOptions {
  /** Path of a PEM file, or the PEM text itself; read again at each connection, so that a renewed file is used. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Revealed;
  /** Name to expect in the broker's certificate, where it differs from the host in the url. */
  readonly serverName?: string;
}

/** Holder of a secret: the text is asked for when it is used, never kept. */
export interface Revealed {
  reveal(): string;
}

export interface LaneOptions {
  readonly alarm: { readonly streams: readonly Stream[] };
  readonly live: { readonly streams: readonly Stream[]; readonly withinMs: number };
  readonly backfill: { readonly samplesPerSecond: number };
  /** Messages sent and not yet acknowledged, at most; the alarm lane may always send one more. */
  readonly inFlight: number;
}
