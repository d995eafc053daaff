import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCommand } from '#agent/cli/demo/child-lines.ts';
import { copyDemoSite } from '#agent/cli/demo/site-copy.ts';
import { startSimulators } from '#simulators/start-simulators.ts';
import type { BenchResult } from './result.ts';

const RUNS = 7;
const TARGET_S = 1.5;

/** From the start of the process to "ready", on the demo site whose devices all answer. Reference: Node alone. */
export async function bench(): Promise<BenchResult[]> {
  const directory = await mkdtemp(join(tmpdir(), 'firewatch-ready-'));
  const plant = await startSimulators({ speed: 0 });
  try {
    const site = copyDemoSite(join(directory, 'site'), { endpoints: plant.endpoints, receiver: 'mqtt://127.0.0.1:1' });
    const agent: number[] = [];
    const node: number[] = [];
    for (let run = 0; run < RUNS; run += 1) {
      agent.push(await secondsToReady(site));
      node.push(await secondsOfNode());
    }
    const [measured, reference] = [median(agent), median(node)];
    return [
      {
        name: 'ready: from start to ready, demo site, median',
        unit: 's',
        target: `≤ ${TARGET_S}`,
        measured,
        reference,
        ratio: measured / reference,
        ok: measured <= TARGET_S,
      },
    ];
  } finally {
    await plant.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function secondsToReady(site: string): Promise<number> {
  const began = performance.now();
  const { promise: ready, resolve } = Promise.withResolvers<number>();
  const child = startCommand(['run', site, '--json', '--drain', '1ms'], (line) => {
    if ((line as { readonly type: string }).type === 'ready') resolve(performance.now() - began);
  });
  const took = await Promise.race([ready, child.gone.then(() => undefined)]);
  if (took === undefined) throw new Error(`the agent ended: ${child.lastWords()}`);
  await child.stop(20_000);
  return took / 1000;
}

async function secondsOfNode(): Promise<number> {
  const began = performance.now();
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit');
  return (performance.now() - began) / 1000;
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
