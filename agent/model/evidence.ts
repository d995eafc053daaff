import type { SourceId, ZoneId } from './ids.ts';

/** Which pictures are kept when an alarm names a zone. */
export interface EvidenceOptions {
  /** Absolute. Made where it does not exist. */
  readonly directory: string;
  /** The oldest go when there are more. Bytes. */
  readonly maxBytes: number;
  /** Older ones go, because they show people. Milliseconds; absent: there is no age. */
  readonly maxAgeMs?: number;
  readonly cameras: readonly EvidenceCamera[];
  /** Pictures from before the alarm, and after it, of each camera. */
  readonly before: number;
  readonly after: number;
  /** A camera that gives none for so long after an alarm is told as blind. Milliseconds. */
  readonly patienceMs: number;
  /** Absent: no clips, whatever cameras film. */
  readonly clip?: ClipOptions;
}

/** How much of what a camera films is kept with an alarm. Milliseconds. */
export interface ClipOptions {
  readonly beforeMs: number;
  readonly afterMs: number;
  /** What was filmed until then is kept, and a camera that filmed nothing is told. */
  readonly patienceMs: number;
}

interface EvidenceCamera {
  readonly source: SourceId;
  /** The camera on the GB/T 28181 video platform, told with each picture. */
  readonly gb28181Id?: string;
  readonly zones: readonly ZoneId[];
}
