import type { Text } from './alarm.ts';
import type { RegisterKind } from './register.ts';
import type { Confidence } from './register-watch.ts';

/** A compiled expression over a record as plain JSON. Null where there is nothing; throws where it can't be evaluated. */
export interface Reading {
  readonly text: string;
  readonly of: (json: unknown) => unknown;
}

/** A code of a chain: each begins with the one before it. */
export const codeKinds = ['company', 'hazard', 'equipment', 'target'] as const;
export type CodeKind = (typeof codeKinds)[number];

/** How a time is written; `ms` is a number since 1970, `iso` a text in UTC, the others wall-clock texts of the zone. */
export const timeFormats = ['yyyyMMddHHmmss', 'yyyy-MM-dd HH:mm:ss', 'yyyy-MM-dd', 'iso', 'ms'] as const;
export type TimeFormat = (typeof timeFormats)[number];

/** One field of a message, under the name that the platform uses, misspellings and all. */
export interface MappedField {
  readonly name: string;
  /** Either an expression over the record, or a constant. */
  readonly from: Reading | { readonly constant: string | number | boolean };
  readonly as: 'text' | 'number' | 'integer' | 'time' | 'raw';
  readonly isRequired: boolean;
  /** Words of the platform by ours; a value without a word refuses the record. */
  readonly words?: Readonly<Record<string, string>>;
  readonly code?: CodeKind;
  readonly longest?: number;
  /** What the last version of this id said holds where the record says nothing. */
  readonly isKept: boolean;
  /** Where this is true the field is sent empty, and what earlier versions said of it is forgotten. */
  readonly emptyWhen?: Reading;
  readonly confidence: Confidence;
}

/** What a message is made of. */
type MappedSource =
  | { readonly stream: 'register'; readonly register: RegisterKind | 'permit' }
  | { readonly stream: 'alarm' | 'event' | 'sample' };

/** One kind of message: an endpoint of the platform, and how its records are made. */
export interface MappedMessage {
  /** Path below the platform's address. */
  readonly name: string;
  readonly from: MappedSource;
  /** Only records for which this is true. */
  readonly when?: Reading;
  /** A list in the record of which each element makes a message; it is `item` beside the record's own keys. */
  readonly each?: Reading;
  readonly id: Reading;
  /** Messages that must have arrived before. An expression that gives nothing names no parent. */
  readonly parents: readonly { readonly message: string; readonly id: Reading }[];
  /** Whether versions of an id replace each other; false for values, which are sent and forgotten. */
  readonly isTracked: boolean;
  readonly fields: readonly MappedField[];
}

/** How messages to a foreign platform look and what its answers mean: a file of config/receivers. */
export interface MappingProfile {
  readonly id: string;
  readonly version: number;
  readonly title: Text;
  readonly zone: string;
  readonly time: TimeFormat;
  /** Records of one request. */
  readonly batch: number;
  /** `array`: the records as a JSON array; `datas`: `{"datas": base64}`, enciphered where a codec is given. */
  readonly envelope: 'array' | 'datas';
  /** Lengths of the codes by generation. */
  readonly codes: Readonly<Record<string, Readonly<Record<CodeKind, number>>>>;
  readonly messages: readonly MappedMessage[];
  /** Expressions over `{status, body}`. */
  readonly answer: {
    readonly accepted: Reading;
    /** A list of `{id, reason}`. */
    readonly rejected: Reading;
    readonly batch?: Reading;
  };
  /** Asked for with `GET <url>/<path>?<parameter>=<batch>`. */
  readonly receipts?: {
    readonly path: string;
    readonly parameter: string;
    readonly everyMs: number;
    /** A batch without a receipt for so long is sent again. */
    readonly patienceMs: number;
    /** True once the platform has decided. */
    readonly done: Reading;
    readonly rejected: Reading;
  };
  /** Changes with the content, so that what was refused under other words is tried again. */
  readonly fingerprint: string;
}
