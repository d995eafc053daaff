import type { BenchResult } from '../result.ts';
import type { LineFigures } from './measured-line.ts';

export interface LineTargets {
  readonly name: string;
  readonly valuesPerSecond: number;
  readonly cpuPercent?: number;
  readonly residentMb?: number;
  /** What a bare client of the same protocol needed to take the same values and forget them. */
  readonly plain?: PlainFigures;
}

export interface PlainFigures {
  /** Percent of one core. */
  readonly cpuPercent: number;
  readonly valuesPerSecond: number;
}

/** Records may be this old at the receiver's acknowledgement without anything having queued up. */
const MOST_LAG_MS = 3000;

/** The figures of a run of the whole line beside what they must be. */
export function lineResults(targets: LineTargets, figures: LineFigures): BenchResult[] {
  const { cpuPercent, residentMb, valuesPerSecond, lagMs, taken, received, faults, load } = figures;
  const { plain } = targets;
  const first = faults[0] === undefined ? '' : `: ${faults[0]}`;
  const rows: Row[] = [
    { what: 'values taken', unit: 'values/s', measured: valuesPerSecond, least: targets.valuesPerSecond },
    { what: 'agent CPU', unit: '% of a core', measured: cpuPercent, most: targets.cpuPercent },
    { what: 'agent memory', unit: 'MB', measured: residentMb, most: targets.residentMb },
    { what: 'lag at the receiver half way', unit: 'ms', measured: lagMs.middle, most: MOST_LAG_MS },
    { what: 'lag at the receiver at the end', unit: 'ms', measured: lagMs.end, most: MOST_LAG_MS },
    { what: 'samples taken and not verified at the receiver', unit: 'samples', measured: taken - received, most: 0 },
    { what: `faults found by the receiver${first}`, unit: 'faults', measured: faults.length, most: 0 },
    { what: 'load average at the end', unit: 'processes', measured: load[1] },
  ];
  return rows.map((row) => {
    const result = resultOf(targets.name, row);
    const reference =
      row.what === 'agent CPU' ? plain?.cpuPercent : row.what === 'values taken' ? plain?.valuesPerSecond : undefined;
    return reference === undefined ? result : { ...result, reference, ratio: row.measured / reference };
  });
}

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly measured: number;
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

const resultOf = (name: string, { what, unit, measured, least, most }: Row): BenchResult => ({
  name: `${name} ${what}`,
  unit,
  target: least !== undefined ? `≥ ${least}` : most !== undefined ? `≤ ${most}` : 'none',
  measured,
  reference: null,
  ratio: null,
  ok: measured >= (least ?? -Infinity) && measured <= (most ?? Infinity),
});
