/**
 * One measured figure beside its target and, where one exists, a reference measured in the same run on the same machine.
 * Timings on a shared machine drift; a ratio to a reference holds.
 */
export interface BenchResult {
  readonly name: string;
  readonly unit: string;
  /** What the budget asks for, in `unit`, with the direction: `≤ 20`, `≥ 100000`. */
  readonly target: string;
  readonly measured: number;
  /** What the reference measured in `unit`, and null where there is none. */
  readonly reference: number | null;
  /** measured / reference. */
  readonly ratio: number | null;
  readonly ok: boolean;
}
