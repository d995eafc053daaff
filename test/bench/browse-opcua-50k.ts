import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { growTree, treeUri } from '#test/drivers/opcua/plant-tree.ts';
import { startTestServer } from '#test/drivers/opcua/test-server.ts';
import { residentMb } from './line/process-usage.ts';
import type { BenchResult } from './result.ts';

const AREAS = 100;
const TAGS_PER_AREA = 500;
const VARIABLES = AREAS * TAGS_PER_AREA;

/** Of these, 12 s are the default rate's: 600 requests at 50 a second. */
const MOST_SECONDS = 60;
const MOST_MB = 300;

/** `firewatch browse opcua` over a server of 50,000 variables, at its default rate, as a process of its own. */
export async function bench(): Promise<BenchResult[]> {
  const server = await startTestServer({ uris: [treeUri], tags: [] });
  try {
    growTree(server, { areas: AREAS, tagsPerArea: TAGS_PER_AREA });
    const { lines, seconds, peakMb } = await browse(server.endpoint);
    const name = 'browse-opcua-50k';
    return [
      result(
        { name: `${name}: variables`, unit: 'variables', target: `= ${VARIABLES}`, measured: lines },
        lines === VARIABLES,
      ),
      result(
        { name: `${name}: time`, unit: 's', target: `≤ ${MOST_SECONDS}`, measured: seconds },
        seconds <= MOST_SECONDS,
      ),
      result(
        { name: `${name}: memory at the most`, unit: 'MB', target: `≤ ${MOST_MB}`, measured: peakMb },
        peakMb <= MOST_MB,
      ),
    ];
  } finally {
    await server.stop();
  }
}

const result = (figure: Pick<BenchResult, 'name' | 'unit' | 'target' | 'measured'>, ok: boolean): BenchResult => ({
  ...figure,
  reference: null,
  ratio: null,
  ok,
});

async function browse(endpoint: string): Promise<{ lines: number; seconds: number; peakMb: number }> {
  const main = new URL('../../agent/cli/main.ts', import.meta.url).pathname;
  const begun = performance.now();
  const words = [main, 'browse', 'opcua', endpoint, '--json'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const paths = new Set<string>();
  createInterface({ input: child.stdout }).on('line', (line) => paths.add((JSON.parse(line) as { path: string }).path));
  let peakMb = 0;
  const look = setInterval(() => {
    if (child.pid !== undefined && child.exitCode === null) peakMb = Math.max(peakMb, residentMb(child.pid) || 0);
  }, 100);
  try {
    await closed;
  } finally {
    clearInterval(look);
  }
  return { lines: paths.size, seconds: (performance.now() - begun) / 1000, peakMb };
}
