import type { Contact } from './contact.ts';
import type { PointId } from './ids.ts';

/** One interlock (safety instrumented function) that can be bypassed. Times are milliseconds. */
export interface BypassDefinition {
  /** `bypass/SIF-101`. */
  readonly id: string;
  readonly name: string;
  /** On while the interlock is bypassed (MOS, POS, start-up override). */
  readonly bypass: Contact;
  /** Inputs and outputs of the interlock: a value that is forced there bypasses it as well. */
  readonly guarded: readonly PointId[];
  /** On while a bypass is permitted. Absent: every bypass is taken as permitted, for `longestMs`. */
  readonly permit?: Contact;
  readonly longestMs: number;
  readonly bypassedPoint: PointId;
  /** Minutes that it has been bypassed; 0 when it is not. */
  readonly minutesPoint: PointId;
  /** True while it is bypassed and known to be without a permit. */
  readonly unpermittedPoint: PointId;
  /** True while it is bypassed for longer than it may be. */
  readonly overduePoint: PointId;
  readonly repeatMs: number;
}

/** A safety system as a whole: how many of its interlocks are bypassed at once, and whether it is in service. */
export interface SafetySystemDefinition {
  /** `safety-system/SIS-1`. */
  readonly id: string;
  readonly name: string;
  /** Points `<bypass>.bypassed` of its interlocks. */
  readonly loops: readonly PointId[];
  /** On while the system is in service. Absent: not told. */
  readonly inService?: Contact;
  /** More bypasses at once than this are an alarm. */
  readonly mostBypassed: number;
  readonly countPoint: PointId;
  readonly tooManyPoint: PointId;
  readonly inServicePoint: PointId;
  readonly repeatMs: number;
}
