import type { Contact } from './contact.ts';
import type { PointId } from './ids.ts';
import type { SampleValue } from './sample.ts';

/** One filling arm or skid (定量装车). Times are milliseconds. */
export interface FillingDefinition {
  /** `filling/L-2201`. */
  readonly id: string;
  readonly name: string;
  /** The controller's phase, with the values that mean that product flows and that a batch is over. */
  readonly phase?: {
    readonly point: PointId;
    readonly flowing: readonly SampleValue[];
    readonly over: readonly SampleValue[];
  };
  /** Something flows above this. */
  readonly flow?: { readonly point: PointId; readonly above: number };
  /** What must hold while something flows: earthing, overfill probe, vehicle, deadman, shut-off ready. */
  readonly permissives: readonly (Contact & { readonly name: string })[];
  /** The controller's number of the present batch. Absent: each filling gets one of its own. */
  readonly batch?: PointId;
  readonly loaded?: PointId;
  readonly preset?: PointId;
  /** Without a phase a filling is over when nothing has flowed for so long. */
  readonly restMs: number;
  /** True while something flows and a permissive is known to be lost. */
  readonly lostPoint: PointId;
  /** True from the first flow of a batch until its end. */
  readonly fillingPoint: PointId;
  /** What the last finished filling loaded. */
  readonly lastLoadedPoint: PointId;
  readonly repeatMs: number;
}
