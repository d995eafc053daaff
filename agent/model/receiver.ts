import type { CareOptions } from './care.ts';
import type { PointId, ReceiverId } from './ids.ts';
import type { CodeKind, MappingProfile } from './mapping-profile.ts';
import type { PointKind } from './point.ts';
import type { Stream } from './record.ts';

/**
 * One upstream system, checked and in base units: what configuration makes of an entry of `receivers:`, and all that an
 * uplink knows of whom it serves. Its cursors are kept by `id`.
 */
export interface ReceiverOptions {
  readonly id: ReceiverId;
  readonly name: string;
  readonly transport:
    | MqttOptions
    | SparkplugOptions
    | HttpsOptions
    | InfluxOptions
    | FileDropOptions
    | NatsOptions
    | KafkaOptions
    | Hj212Options
    | PlatformOptions;
  readonly profile: 'firewatch-json';
  /**
   * `plain`, the default: each message is readable by itself. `compact`: samples refer to a catalog of the site's points
   * that is retained at the broker, and messages travel as zstd; a tenth of the bytes.
   */
  readonly wire?: 'plain' | 'compact';
  readonly lanes: LaneOptions;
  readonly seal?: SealOptions;
  /** Absent: the receiver may ask nothing. */
  readonly care?: CareOptions;
  /** Absent: pictures and films are told of, and stay here. */
  readonly evidence?: EvidenceUplinkOptions;
  /** `nobody`: records of persons are told without who it was and where. Absent: by pseudonym. */
  readonly people?: 'nobody';
  /** Absent: everything. */
  readonly filter?: FilterOptions;
  /** Absent: every sample. */
  readonly sampling?: SamplingOptions;
}

/** A broker, and who we are there. */
export interface MqttBrokerOptions {
  /** `mqtt://host:1883`, `mqtts://host:8883`, or over WebSocket `ws://host/path` and `wss://host/path`. */
  readonly url: string;
  /** 3.1.1 carries nothing beside the payload: no seal, and no word on whether anybody is subscribed. */
  readonly version: 5 | '3.1.1';
  readonly clientId: string;
  readonly username?: string;
  readonly password?: Revealed;
  readonly tls?: TlsOptions;
  readonly keepaliveMs: number;
  /**
   * What to do when the broker says that nobody is subscribed (reason 0x10). True, the default: that is no delivery;
   * hold and try again. False: the broker itself consumes the messages, as EMQX does with a rule.
   */
  readonly requireSubscriber?: boolean;
}

export interface MqttOptions extends MqttBrokerOptions {
  readonly kind: 'mqtt';
  /** Topics are `<prefix>/<site>/<stream>`. */
  readonly topicPrefix: string;
  /** Absent: a record has arrived when the broker has it. */
  readonly acknowledgement?: MqttAcknowledgement;
}

/** The receiver itself says of each message, at QoS 1, whether it has it: only then has it arrived. */
export interface MqttAcknowledgement {
  /** Where it says so; over MQTT 5 that is the response topic of each message. */
  readonly topic: string;
  /** What is not answered within this time is sent again. */
  readonly withinMs: number;
}

/** Sparkplug B 3.0 over MQTT: the site is an edge node, its sources are the devices. */
export interface SparkplugOptions extends MqttBrokerOptions {
  readonly kind: 'sparkplug';
  readonly group: string;
  readonly node: string;
  /** Host id without which nothing is sent; absent: whoever listens. */
  readonly primaryHost?: string;
  /**
   * Of births and data. The standard wants 0, which no broker acknowledges: a message counts as arrived once the broker
   * has answered a ping that followed it. With 1 the broker says that it has taken charge of each.
   */
  readonly qos: 0 | 1;
}

/** A server that is posted to, and who we are there. */
export interface HttpPeerOptions {
  /** `https://host/path`; `http://` only for a gateway on the same machine. */
  readonly url: string;
  readonly login?: HttpLogin;
  readonly tls?: TlsOptions;
  /** `http://host:port` through which everything goes: by CONNECT to an https url. Absent: straight. */
  readonly proxy?: { readonly url: string; readonly username?: string; readonly password?: Revealed };
  /** `Content-Encoding` of larger bodies; absent: none. */
  readonly compression?: 'none' | 'gzip' | 'zstd';
  /** Requests at a time. */
  readonly connections: number;
  /** An answer must come within this time. */
  readonly timeoutMs: number;
  /** Largest body that the server takes; absent: no limit. */
  readonly messageBytes?: number;
}

export type HttpLogin =
  /** `Authorization: Bearer …`, or `Token …` of InfluxDB. */
  | { readonly kind: 'token'; readonly scheme: 'Bearer' | 'Token'; readonly token: Revealed }
  | { readonly kind: 'basic'; readonly username: string; readonly password: Revealed }
  | OAuth2Options
  | AppSecretOptions;

/** Client credentials (RFC 6749 section 4.4): a token is fetched, and anew before its life ends or when it is refused. */
export interface OAuth2Options {
  readonly kind: 'oauth2';
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: Revealed;
  readonly scope?: string;
}

/** An id and a signature over each request with a shared secret. */
export interface AppSecretOptions {
  readonly kind: 'app-secret';
  readonly appId: string;
  readonly secret: Revealed;
  readonly algorithm: 'HMAC-SHA-256' | 'HMAC-SM3';
  /** Names of the headers, in lower case. */
  readonly headers: {
    readonly id: string;
    readonly timestamp: string;
    readonly nonce: string;
    readonly signature: string;
  };
}

/** Messages are posted to `<url>/<site>/<topic>`. */
export interface HttpsOptions extends HttpPeerOptions {
  readonly kind: 'https';
}

/** InfluxDB, or whatever takes its line protocol over HTTP. */
export interface InfluxOptions extends HttpPeerOptions {
  readonly kind: 'influx';
  readonly api: 'v1' | 'v2';
  /** The bucket of version 2, the database of version 1. */
  readonly bucket: string;
  readonly org?: string;
  /** Of version 1. */
  readonly retentionPolicy?: string;
  /** Samples go there, other records to `<measurement>_<stream>`. */
  readonly measurement: string;
}

/** A NATS server or cluster with JetStream, whose stream takes the subjects `<prefix>.<site>.>`. */
export interface NatsOptions extends NatsServerOptions {
  readonly kind: 'nats';
  readonly subjectPrefix: string;
  /** The JetStream stream that must take the messages; absent: whichever does. */
  readonly stream?: string;
}

/** How a NATS cluster is reached. */
export interface NatsServerOptions {
  /** `nats://host:4222` or `tls://host:4222`. */
  readonly url: string;
  /** Further servers of the same cluster. */
  readonly otherUrls: readonly string[];
  /** Name of this client, for the server's operator. */
  readonly name: string;
  readonly username?: string;
  readonly password?: Revealed;
  readonly token?: Revealed;
  /** Text of a credentials file (`.creds`): a user's JWT and seed. */
  readonly credentials?: Revealed;
  readonly tls?: TlsOptions;
  /** An answer must come within this time. */
  readonly timeoutMs: number;
}

/** A Kafka cluster whose topics `<prefix>.<stream>` are there. */
export interface KafkaOptions {
  readonly kind: 'kafka';
  /** `kafka://host:9092`, or `kafkas://host:9093` over TLS. */
  readonly url: string;
  /** Further brokers to begin with. */
  readonly otherUrls: readonly string[];
  readonly clientId: string;
  /** OAUTHBEARER has a token, the others user name and password. */
  readonly sasl?: {
    readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | 'OAUTHBEARER';
    readonly username?: string;
    readonly password?: Revealed;
    readonly token?: Revealed;
  };
  readonly tls?: TlsOptions;
  readonly topicPrefix: string;
  readonly compression: 'none' | 'gzip' | 'zstd';
  /** Largest message that the topics take. */
  readonly messageBytes: number;
  /** An acknowledgement of all in-sync replicas must come within this time. */
  readonly timeoutMs: number;
}

/** A foreign platform whose messages and answers a profile describes: upserts by id, an answer for each record. */
export interface PlatformOptions extends HttpPeerOptions {
  readonly kind: 'platform';
  readonly profile: MappingProfile;
  /** The company's code at the platform; every other code begins with it. */
  readonly company: string;
  /** Lengths of the chosen generation of codes. */
  readonly lengths: Readonly<Record<CodeKind, number>>;
  /** A weak cipher for compatibility, hexadecimal key. */
  readonly codec?: { readonly kind: 'observed-aes-128-cbc'; readonly key: Revealed };
  /** Foreign messages have no mark for what is simulated: refused, or marked by a field of our own. */
  readonly simulated: 'refuse' | 'marked';
}

/** A platform that speaks HJ 212 over TCP. It gets samples of these points, in messages of its own; no alarms. */
export interface Hj212Options {
  readonly kind: 'hj212';
  /** `tcp://host:port`, to be shown. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** System type. */
  readonly st: string;
  /** The device's number at the platform. */
  readonly mn: string;
  readonly password: Revealed;
  /** A frame that is not answered within this time is repeated, so many times. */
  readonly timeoutMs: number;
  readonly retries: number;
  /** In which times are written. */
  readonly timeZone: string;
  readonly points: readonly Hj212Point[];
  /** HJ 212 has no mark for simulated values: `refuse` them, or mark each with a field of our own, `<code>-Sim=1`. */
  readonly simulated: 'refuse' | 'marked';
}

export interface Hj212Point {
  readonly point: PointId;
  /** The platform's code of the quantity. */
  readonly code: string;
  /** What is sent is value × factor, with so many decimals. */
  readonly factor: number;
  readonly decimals: number;
}

/** Files in a directory from which somebody else, such as a one-way gatekeeper (网闸), takes them away. */
export interface FileDropOptions {
  readonly kind: 'file-drop';
  /** `file://` url of the directory, to be shown. */
  readonly url: string;
  /** Absolute path. It must exist: it may be a mount that is away. */
  readonly directory: string;
  /** Absolute path on the same file system, out of the collector's reach: files being written, and the last number. */
  readonly work: string;
  /** Beginning of each file's name. */
  readonly name: string;
  /** Messages are gathered for so long into one file; alarms and events wait for nothing. */
  readonly everyMs: number;
  /** What may wait in the directory at most: beyond either, nothing is written until files are taken away. */
  readonly directoryBytes: number;
  readonly directoryFiles: number;
}

/** `cert` and `key` come together. */
export interface TlsOptions {
  /** Path of a PEM file, or the PEM text itself; read again at each connection, so that a renewed file is used. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Revealed;
  /** Name to expect in the platform's certificate, where it differs from the host in the url. */
  readonly serverName?: string;
}

/** Holder of a secret: the text is asked for when it is used, never kept. */
export interface Revealed {
  reveal(): string;
}

/**
 * How urgently each stream is sent. A stream stands in one lane only; `live` and `backfill` share theirs by age: what is
 * older than `live.withinMs` when its turn comes is backfill.
 */
export interface LaneOptions {
  readonly alarm: { readonly streams: readonly Stream[] };
  readonly live: { readonly streams: readonly Stream[]; readonly withinMs: number; readonly windows?: SendWindows };
  readonly backfill: { readonly samplesPerSecond: number; readonly windows?: SendWindows };
  /** Payload bytes a minute, on average. The alarm lane counts and never waits. Absent: no limit. */
  readonly bytesPerMinute?: number;
  /** Messages sent and not yet acknowledged, at most, over all lanes; the alarm lane may always send one more. */
  readonly inFlight: number;
}

/** Pictures kept with alarms, sent whole after everything else. */
export interface EvidenceUplinkOptions {
  /** Films, too. */
  readonly clips: boolean;
  /** Larger ones stay here, and that is told. */
  readonly maxBytes: number;
  /** Of content, on average. */
  readonly bytesPerMinute: number;
}

/** Times of day in which a lane may send. Minutes after midnight; a span whose end is before its beginning goes over midnight. */
export interface SendWindows {
  readonly timeZone: string;
  readonly spans: readonly { readonly from: number; readonly to: number }[];
}

/** How messages to one receiver are protected beyond the transport. Encrypted first, then signed. */
export interface SealOptions {
  readonly encrypt?: EncryptOptions;
  readonly sign?: SignOptions;
}

/**
 * HMACs share one key with the receiver; SM2 and Ed25519 prove to anybody who sent it.
 * SM2 as GB/T 32918.2 with SM3 and the identity of GM/T 0009 (`1234567812345678`), DER encoded.
 */
export interface SignOptions {
  readonly algorithm: 'HMAC-SM3' | 'HMAC-SHA-256' | 'SM2' | 'Ed25519';
  /** Travels with each message, so that a receiver knows old and new keys apart while they are changed. */
  readonly keyId: string;
  /** HMAC: hexadecimal or base64, 16 bytes at least. SM2, Ed25519: the private key as PEM. */
  readonly key: Revealed;
  readonly next?: NextKey;
}

/** The key that takes over at a time agreed with the receiver, which must have it by then and keep the one before for a while. */
export interface NextKey {
  readonly keyId: string;
  readonly key: Revealed;
  /** UTC ms. */
  readonly from: number;
}

/** SM4-CBC protects no integrity and is taken only together with `sign`. */
export interface EncryptOptions {
  readonly algorithm: 'SM4-GCM' | 'SM4-CBC' | 'AES-256-GCM';
  readonly keyId: string;
  /** Hexadecimal or base64: 16 bytes for SM4, 32 for AES-256. */
  readonly key: Revealed;
  readonly next?: NextKey;
}

/**
 * Which points a receiver gets. A point must meet every criterion that is given. What belongs to no point (a source's
 * communication alarm, an audit entry) is never filtered.
 */
export interface FilterOptions {
  /** Streams to which the filter applies; absent: all. `[sample]` lets every alarm through. */
  readonly streams?: readonly Stream[];
  /** Ids; `*` stands for any characters. */
  readonly points?: readonly string[];
  readonly kinds?: readonly PointKind[];
  readonly zones?: readonly string[];
  readonly hazardSources?: readonly string[];
  /** `any`: points that have a code. Otherwise codes; `*` stands for any characters. */
  readonly regulatorCodes?: 'any' | readonly string[];
}

/**
 * Which samples of a point a receiver gets. Nothing but samples is thinned, and a change of quality or flags always
 * goes. Repeats after an outage may hold more samples than the first time, never fewer.
 */
export type SamplingOptions =
  | { readonly mode: 'every' }
  | {
      readonly mode: 'on-change';
      /** A number goes when it differs from the last one sent by more than this share of the point's range, 0 … 1. */
      readonly deadband: number;
      /** And at the latest after this time, so that silence never means "unchanged". Milliseconds. */
      readonly atLeastEveryMs: number;
    }
  /** The first sample of a point in each interval of wall-clock time. Milliseconds. */
  | { readonly mode: 'interval'; readonly everyMs: number }
  /**
   * Numbers as `<point>/mean`, `/min`, … for each interval of commit time, told with the first record after it. Bad
   * samples count for nothing; an interval with any sample that was not good is uncertain, with its reason, and one
   * without a usable sample is bad. Other values go when they change, and what a device kept for itself goes as it is.
   */
  | { readonly mode: 'aggregate'; readonly everyMs: number; readonly values: readonly AggregateName[] };

/** `min` and `max` have the time of their sample; `last` is the last sample whatever its quality; `count` the usable ones. */
export type AggregateName = 'mean' | 'min' | 'max' | 'last' | 'count';
