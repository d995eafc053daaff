import { lineResults } from './line/line-results.ts';
import { opcuaLine } from './line/opcua-line.ts';
import type { BenchResult } from './result.ts';

/** 10,000 OPC UA values a second through the whole line. Reference: a plain client that only counts them. */
export async function bench(): Promise<BenchResult[]> {
  const { figures, plain } = await opcuaLine({ points: 10_000, warmUpMs: 10_000, measuredMs: 24_000 });
  const targets = {
    name: 'whole-line-opcua',
    valuesPerSecond: 9900,
    cpuPercent: 20,
    residentMb: 250,
    plain,
  };
  return lineResults(targets, figures);
}
