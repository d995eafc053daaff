import type { AlarmDefinition } from '#agent/model/alarm.ts';
import type { PointId, ReceiverId, SiteId, SourceId } from '#agent/model/ids.ts';
import type { Point } from '#agent/model/point.ts';
import type { Stream } from '#agent/model/record.ts';

/**
 * A site as checked configuration: what the loader returns and agent/site.ts builds from. Everything here is valid,
 * resolved and in base units (milliseconds, engineering units); nothing refers to something that does not exist.
 */
export interface SiteConfig {
  readonly site: {
    readonly id: SiteId;
    readonly name: string;
    /** IANA zone for people's times; records are UTC. */
    readonly timezone: string;
  };
  readonly journal: JournalOptions;
  readonly sources: readonly SourceConfig[];
  readonly points: readonly Point[];
  readonly alarms: readonly AlarmDefinition[];
  readonly receivers: readonly ReceiverConfig[];
  /** Absolute paths of every file that was read, the site file first. */
  readonly files: readonly string[];
}

export interface SourceConfig {
  readonly id: SourceId;
  readonly kind: string;
  readonly name: string;
  /** Every sample of this source carries the `sim` flag. */
  readonly simulated: boolean;
  /** Parsed by the kind's own schema. */
  readonly options: unknown;
  /** Parsed by the kind's address schema, in the order of the file. */
  readonly addresses: ReadonlyMap<PointId, unknown>;
}

interface JournalOptions {
  /** Directory, absolute. */
  readonly directory: string;
  /** Records older than this expire. */
  readonly maxAgeMs: number;
  /** The database file is kept below this. Bytes. */
  readonly maxBytes: number;
  /** Samples are committed at the latest after this time. */
  readonly sampleCommitMs: number;
}

export interface ReceiverConfig {
  readonly id: ReceiverId;
  readonly name: string;
  readonly transport: MqttTransport;
  readonly profile: 'firewatch-json';
  readonly lanes: LaneOptions;
}

/** Secrets are resolved here and never printed: `toJSON` and inspection show `[secret]`. */
export interface MqttTransport {
  readonly kind: 'mqtt';
  /** mqtt:// or mqtts:// */
  readonly url: string;
  readonly version: 5;
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Secret;
  /**
   * `ca` and `cert` are absolute paths of PEM files that were readable when the configuration was checked, `key` reveals
   * PEM text; a file is read again at each use, so that a renewed certificate needs no restart. `cert` and `key` come
   * together.
   */
  readonly tls?: {
    readonly ca?: string;
    readonly cert?: string;
    readonly key?: Secret;
    readonly serverName?: string;
  };
  /** Topics are `<prefix>/<site>/<stream>`. */
  readonly topicPrefix: string;
  readonly keepaliveMs: number;
  /** False: the broker itself consumes the messages, so that a message without subscriber counts as delivered. */
  readonly requireSubscriber: boolean;
}

/**
 * How urgently each stream is sent. A stream stands in one lane only; `live` and `backfill` share theirs by age: what is
 * older than `live.withinMs` when its turn comes is backfill.
 */
interface LaneOptions {
  readonly alarm: { readonly streams: readonly Stream[] };
  readonly live: { readonly streams: readonly Stream[]; readonly withinMs: number };
  readonly backfill: { readonly samplesPerSecond: number };
  /** Messages sent and not yet acknowledged, at most, over all lanes; the alarm lane may always send one more. */
  readonly inFlight: number;
}

/** A secret's holder. Ask for the text with `reveal()` at the last moment. */
export interface Secret {
  reveal(): string;
  /** Where it came from, e.g. `${env:PARK_PASSWORD}`; safe to print. */
  readonly reference: string;
  /** `[secret]`, as everywhere where a secret is printed. */
  toString(): string;
}
