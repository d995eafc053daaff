import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startReceiver } from '#simulators/receiver/receiver.ts';
import type { Receiver } from '#simulators/receiver/receiver.ts';
import { startSimulators } from '#simulators/start-simulators.ts';
import type { Simulators } from '#simulators/start-simulators.ts';
import { buildPage } from './built-page.ts';
import { writeSmallSite } from './small-site.ts';

const main = fileURLToPath(new URL('../../../agent/cli/main.ts', import.meta.url));
const READY_WITHIN_MS = 90_000;

/** A small site: simulated plant, a receiver, and a real agent that watches the one and reports to the other, with its page. */
export interface RunningAgent {
  readonly url: string;
  readonly setupCode: string;
  readonly directory: string;
  readonly plant: Simulators;
  readonly receiver: Receiver;
  /** Ends the agent alone, without a chance to say goodbye. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** @param args - further ones of `firewatch run` */
export async function runAgent(args: readonly string[] = []): Promise<RunningAgent> {
  buildPage();
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-page-'));
  const plant = await startSimulators({ devices: ['opcua', 'modbus'] });
  const receiver = await startReceiver({ embeddedBroker: { port: 0 }, topicPrefix: 'firewatch' });
  const site = writeSmallSite(join(directory, 'site'), {
    opcua: plant.endpoints.opcua ?? '',
    modbusPort: Number(plant.endpoints.modbus?.split(':').at(-1)),
    receiverPort: receiver.port,
  });
  const child = spawn(process.execPath, [main, 'run', site, '--json', '--drain', '200ms', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const gone = once(child, 'exit');
  const said: string[] = [];
  const ready = new Promise<string>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`not ready: ${said.join('\n')}`)), READY_WITHIN_MS);
    const settle = (act: () => void): void => {
      clearTimeout(late);
      act();
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as { type: string; page?: string };
      if (told.type !== 'ready') return;
      const { page } = told;
      settle(() => (page === undefined ? reject(new Error(`no page: ${said.join('\n')}`)) : resolve(page)));
    });
    child.once('exit', () => settle(() => reject(new Error(`ended: ${said.join('\n')}`))));
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    said.push(line);
    if (said.length > 200) said.shift();
  });

  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await gone;
    await plant.stop();
    await receiver.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const url = await ready;
    const setupCode = await codeIn(said);
    return {
      url,
      setupCode,
      directory,
      plant,
      receiver,
      async kill() {
        child.kill('SIGKILL');
        await gone;
      },
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

/** The log says it before the agent is ready; the pipe may bring it a moment later. */
async function codeIn(said: readonly string[]): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = /setup code ([A-Za-z0-9-]+)/.exec(said.join('\n'));
    if (found?.[1] !== undefined) return found[1];
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no setup code in: ${said.join('\n')}`);
}
