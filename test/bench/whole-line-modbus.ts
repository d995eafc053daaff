import { lineResults } from './line/line-results.ts';
import type { PlainFigures } from './line/line-results.ts';
import { startScript } from './line/json-child.ts';
import { measureLine } from './line/measured-line.ts';
import type { BenchResult } from './result.ts';

const POINTS = 10_000;
const WARM_UP_MS = 10_000;
const MEASURED_MS = 24_000;

/** A PLC of 10,000 registers that change every second, through the whole line. Reference: a plain client's loop. */
export async function bench(): Promise<BenchResult[]> {
  const plc = startScript<{ live: number[] }>(new URL('../../simulators/load/modbus-load.ts', import.meta.url), [
    '1',
    '0',
  ]);
  try {
    const port = (await plc.first).live[0];
    const site = {
      sources: [{ id: 'plc', kind: 'modbus', transport: { kind: 'tcp', host: '127.0.0.1', port } }],
      points: Array.from({ length: POINTS }, (_, at) => ({
        id: `R-${at}`,
        source: 'plc',
        address: `holding:${at} uint16`,
      })),
    };
    const figures = await measureLine({ site, warmUpMs: WARM_UP_MS, measuredMs: MEASURED_MS });
    const client = startScript<PlainFigures>(new URL('./line/plain-modbus-client.ts', import.meta.url), [
      String(port),
      ...[POINTS, 2000, MEASURED_MS].map(String),
    ]);
    const targets = {
      name: 'whole-line-modbus',
      valuesPerSecond: 9900,
      cpuPercent: 20,
      residentMb: 250,
      plain: await client.first,
    };
    return lineResults(targets, figures);
  } finally {
    await plc.stop();
  }
}
