import type { SourceId, ZoneId } from './ids.ts';

/** Which pictures are kept when an alarm names a zone. */
export interface EvidenceOptions {
  /** Absolute. Made where it does not exist. */
  readonly directory: string;
  /** The oldest go when there are more. Bytes. */
  readonly maxBytes: number;
  readonly cameras: readonly EvidenceCamera[];
  /** Pictures from before the alarm, and after it, of each camera. */
  readonly before: number;
  readonly after: number;
  /** A camera that gives none for so long after an alarm is told as blind. Milliseconds. */
  readonly patienceMs: number;
}

interface EvidenceCamera {
  readonly source: SourceId;
  readonly zones: readonly ZoneId[];
}
