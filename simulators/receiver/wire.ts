/**
 * The messages as this receiver understands them, written down from the published schemas and not shared with the
 * agent: a mistake made there is not repeated here.
 */
export type StreamName = 'alarm' | 'event' | 'gap' | 'audit' | 'register' | 'sample';

interface Envelope {
  readonly version: 1;
  readonly site: string;
  readonly stream: StreamName;
  readonly seq: number;
  readonly after: number;
  readonly skipped?: { readonly expired: number; readonly filtered: number; readonly quarantined: number };
  readonly lane: 'alarm' | 'live' | 'backfill';
  readonly sim: boolean;
}

interface RecordEnvelope extends Envelope {
  readonly id: string;
  readonly time: number;
  readonly part?: { readonly first: number; readonly count: number; readonly of: number };
}

export interface SampleMessage extends RecordEnvelope {
  readonly stream: 'sample';
  readonly body: {
    readonly catalog?: string;
    readonly points: readonly string[];
    readonly point: readonly number[];
    readonly value: readonly (number | boolean | string | null)[];
    /** In place of `value`. */
    readonly scaled?: { readonly decimals: number; readonly value: readonly (number | boolean | string | null)[] };
    readonly float32?: readonly number[];
    readonly sourceTime: readonly number[];
    readonly receiveTime: readonly number[];
    readonly quality: readonly { readonly count: number; readonly level: string; readonly reason?: string }[];
    readonly flags: readonly { readonly count: number; readonly flags: readonly string[] }[];
  };
}

interface AlarmMessage extends RecordEnvelope {
  readonly stream: 'alarm';
  readonly body: {
    readonly alarm: string;
    readonly point?: string;
    readonly kind: string;
    readonly event: string;
    readonly priority: string;
    readonly time: number;
    readonly flags: readonly string[];
  };
}

interface OtherMessage extends RecordEnvelope {
  readonly stream: 'event' | 'gap' | 'audit' | 'register';
  readonly body: { readonly flags?: readonly string[] };
}

export type RecordMessage = SampleMessage | AlarmMessage | OtherMessage;
export type StreamMessage = RecordMessage | Envelope;

export interface CatalogMessage {
  readonly version: 1;
  readonly site: string;
  readonly catalog: string;
  readonly sim: boolean;
  readonly points: readonly { readonly id: string }[];
}

export interface PresenceMessage {
  readonly version: 1;
  readonly site: string;
  readonly state: 'online' | 'stopped' | 'lost';
  readonly sim: boolean;
}

/** A piece of a picture or film, or why there is none. */
export interface EvidenceMessage {
  readonly version: 1;
  readonly id: string;
  readonly site: string;
  readonly seq: number;
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly alarm: string;
  readonly camera: string;
  readonly sim: boolean;
  readonly first?: number;
  readonly data?: string;
  readonly missing?: string;
}
