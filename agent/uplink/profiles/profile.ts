import type { Lane, Step } from '../coverage.ts';
import type { EvidencePart } from '../evidence/evidence-part.ts';

/** One message, ready to travel. */
export interface Message {
  /** Below `<prefix>/<site>/`: the stream, `presence`, or `catalog/<name>`. */
  readonly topic: string;
  /** Of the record, or its part; absent where a repeat does no harm. */
  readonly id?: string;
  /** `<site>/<stream>/<seq>` of a message that accounts for numbers and carries no record. */
  readonly accountsFor?: string;
  readonly payload: Buffer;
  readonly contentType: string;
  /** Absent: the payload is what contentType says. */
  readonly encoding?: 'zstd';
  /** What the seal says beside the payload. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Name and version of the published schema, e.g. `firewatch-json/alarm/1`. */
  readonly schema: string;
  readonly isSimulated: boolean;
  /** Samples in it, for rates and budgets. */
  readonly samples: number;
}

/** Where a receiver can tell that the agent is there, without any record flowing. */
export type Presence = 'online' | 'stopped' | 'lost';

/** `time` is UTC ms. */
interface AnswerText {
  readonly request: string;
  readonly time: number;
  readonly accepted: boolean;
  readonly reason?: string;
  readonly body?: object;
}

/** Payload sizes in bytes. */
export interface SizeLimits {
  /** What the link carries well; only samples can be cut to it. */
  readonly wanted: number;
  /** What the receiver takes at most. */
  readonly allowed: number;
}

/** How records look on the wire. Pure: no I/O, no clock; the same record makes the same message. */
export interface Profile {
  /**
   * The messages of one step: one, or several parts when a block of samples is larger than wanted. The parts are
   * named by place, so that parts of different sizes from an earlier try still fit together.
   *
   * @throws EncodeError when the record can't be told within the limit
   */
  encode(step: Step, lane: Lane, size: SizeLimits): readonly Message[];
  readonly presence: (state: Presence) => Message;
  /** What is answered to a receiver's request; absent: this profile has no words for it. */
  readonly answer?: (answer: AnswerText) => Message;
  /** A piece of a picture or film; absent: this profile has no words for it. */
  readonly evidence?: (part: EvidencePart) => Message;
  /** What a receiver must know to understand the rest; sent and retained whenever a connection is made. */
  readonly introductions: readonly Message[];
}

/** A record that this profile can't put into a message. It goes into quarantine. */
export class EncodeError extends Error {
  override readonly name = 'EncodeError';
}
