import { startCommand } from '#agent/cli/demo/child-lines.ts';
import type { Endpoints } from '#simulators/start-simulators.ts';
import { until } from '#test/faults/whole-line.ts';
import { startScript } from './json-child.ts';
import { measureLine } from './measured-line.ts';
import type { PlainFigures } from './line-results.ts';
import type { LineFigures } from './measured-line.ts';

export interface OpcuaLine {
  readonly points: number;
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

/** A simulated OPC UA server whose points all change every second, taken by the whole line and then by a plain client. */
export async function opcuaLine(line: OpcuaLine): Promise<{ figures: LineFigures; plain: PlainFigures }> {
  const { points, warmUpMs, measuredMs } = line;
  let endpoint: string | undefined;
  const ports = ['--opcua-port', '0', '--port', '0'];
  const plant = startCommand(['simulate', 'opcua', '--json', '--points', `${points}`, ...ports], (told) => {
    endpoint ??= (told as { endpoints: Endpoints }).endpoints.opcua;
  });
  try {
    const at = await until(`the server answers; ${plant.lastWords()}`, () => endpoint);
    const site = {
      sources: [{ id: 'dcs', kind: 'opcua', endpoint: at }],
      points: Array.from({ length: points }, (_, index) => {
        const tag = `LOAD-${String(index + 1).padStart(5, '0')}`;
        return { id: tag, source: 'dcs', address: `nsu=urn:firewatch:simulator:plant;s=${tag}` };
      }),
    };
    const figures = await measureLine({ site, warmUpMs, measuredMs });
    const client = startScript<PlainFigures>(new URL('./plain-opcua-client.ts', import.meta.url), [
      at,
      ...[points, warmUpMs, measuredMs].map(String),
    ]);
    return { figures, plain: await client.first };
  } finally {
    await plant.stop(5000);
  }
}
