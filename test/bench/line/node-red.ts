import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { startScript } from './json-child.ts';
import { cpuMs, residentMb } from './process-usage.ts';

/** What is installed, by npm, into a folder that is gone afterwards. Nothing of it is a dependency of Firewatch. */
const PACKAGES = {
  'node-red': '5.0.7',
  'node-red-contrib-modbus': '5.60.2',
  'node-red-contrib-opcua': '0.2.354',
} as const;

/** The Modbus node names its fork of modbus-serial by the address of an archive beyond the registry: the original stands in. */
const INSTEAD = { '@openp4nr/modbus-serial': 'npm:modbus-serial@8.0.25' } as const;
const INSTALL_MS = 300_000;

export interface NodeRed {
  /** @throws Error when it delivers nothing */
  readonly measure: (flow: readonly object[], times: Times) => Promise<NodeRedFigures>;
  readonly remove: () => void;
}

interface Times {
  readonly warmUpMs: number;
  readonly measuredMs: number;
}

export interface NodeRedFigures {
  /** Of a core. */
  readonly cpuPercent: number;
  /** Highest seen. MB. */
  readonly residentMb: number;
  readonly valuesPerSecond: number;
}

/** The id of the node to which a flow wires what it has read. */
export const COUNTER = 'counter';

/** Undefined where npm cannot install it, with npm's word on standard error. */
export function installNodeRed(): NodeRed | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'firewatch-node-red-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  writeFileSync(
    join(directory, 'package.json'),
    JSON.stringify({ private: true, dependencies: PACKAGES, overrides: INSTEAD }),
  );
  const { status, stderr, error } = spawnSync(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], timeout: INSTALL_MS },
  );
  if (status !== 0) {
    process.stderr.write(`npm cannot install Node-RED: ${error?.message ?? stderr}\n`);
    remove();
    return undefined;
  }
  return { measure: (flow, times) => measure(directory, flow, times), remove };
}

/** Without editor and without any port of its own; tells each second how many values came to the counter. */
const SETTINGS = `
let values = 0;
setInterval(() => process.stdout.write(JSON.stringify({ values }) + '\\n'), 1000);
module.exports = {
  httpAdminRoot: false,
  httpNodeRoot: false,
  flowFile: 'flows.json',
  credentialSecret: false,
  logging: { console: { level: 'error', metrics: false, audit: false } },
  functionGlobalContext: { add: (more) => { values += more; } },
};
`;

async function measure(directory: string, flow: readonly object[], times: Times): Promise<NodeRedFigures> {
  const counter = {
    id: COUNTER,
    type: 'function',
    z: 'tab',
    func: "global.get('add')(Array.isArray(msg.payload) ? msg.payload.length : 1);",
    outputs: 0,
    wires: [],
  };
  writeFileSync(join(directory, 'settings.js'), SETTINGS);
  writeFileSync(join(directory, 'flows.json'), JSON.stringify([{ id: 'tab', type: 'tab' }, ...flow, counter]));
  let values = 0;
  const script = pathToFileURL(join(directory, 'node_modules', 'node-red', 'red.js'));
  const child = startScript<{ values?: number }>(script, ['--userDir', directory], (line) => {
    values = line.values ?? values;
  });
  try {
    await child.first;
    await delay(times.warmUpMs);
    const before = { values, cpu: cpuMs(child.pid), at: performance.now() };
    let highestMb = 0;
    const watch = setInterval(() => (highestMb = Math.max(highestMb, residentMb(child.pid))), 1000);
    await delay(times.measuredMs);
    clearInterval(watch);
    const seconds = (performance.now() - before.at) / 1000;
    if (values === before.values) throw new Error(`Node-RED delivers nothing by ${JSON.stringify(flow[0])}`);
    return {
      cpuPercent: (cpuMs(child.pid) - before.cpu) / 10 / seconds,
      residentMb: highestMb,
      valuesPerSecond: (values - before.values) / seconds,
    };
  } finally {
    await child.stop();
  }
}
