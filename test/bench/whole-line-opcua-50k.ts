import { lineResults } from './line/line-results.ts';
import { opcuaLine } from './line/opcua-line.ts';
import type { BenchResult } from './result.ts';

/** 50,000 OPC UA points of one second: nothing may queue up. The server's own limit shows in the plain client's rate. */
export async function bench(): Promise<BenchResult[]> {
  const { figures, plain } = await opcuaLine({ points: 50_000, warmUpMs: 40_000, measuredMs: 30_000 });
  const targets = {
    name: 'whole-line-opcua-50k',
    valuesPerSecond: Math.min(49_000, Math.floor(plain.valuesPerSecond * 0.98)),
    plain,
  };
  return lineResults(targets, figures);
}
