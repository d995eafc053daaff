import { runChaos } from '#test/drivers/modbus/chaos-run.ts';
import type { BenchResult } from './result.ts';

/** Reads over each transport; together more than a million. */
const runs = [
  { transport: 'tcp', reads: 550_000, connections: 24 },
  { transport: 'rtu-over-tcp', reads: 350_000, connections: 64 },
  { transport: 'rtu', reads: 120_000, connections: 20 },
] as const;

/** Wrong values among good samples, on lines where replies come late, twice, broken, foreign or not at all. */
export async function bench(): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  for (const run of runs) {
    const { reads, wrong } = await runChaos({ ...run, seed: 20_260_101 });
    const about = { reference: null, ratio: null };
    const isEnough = reads >= run.reads;
    results.push(
      {
        name: `modbus-chaos ${run.transport} reads`,
        unit: 'reads',
        target: `≥ ${run.reads}`,
        measured: reads,
        ok: isEnough,
        ...about,
      },
      {
        name: `modbus-chaos ${run.transport} wrong values`,
        unit: 'values',
        target: '0',
        measured: wrong.length,
        ok: wrong.length === 0,
        ...about,
      },
    );
  }
  return results;
}
