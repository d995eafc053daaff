import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from './whole-line.ts';

const main = fileURLToPath(new URL('../../agent/cli/main.ts', import.meta.url));

let directory: string;
let servers: Server[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'firewatch-outbound-'));
  servers = [];
});
afterEach(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Accepts and drops, as a device does that has no connection left: the agent comes back for ever. */
async function peer(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Every address that strace(1) saw a packet or a connection go to. */
function targets(trace: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const line of trace.split('\n')) {
    const port = /sin6?_port=htons\((\d+)\)/.exec(line)?.[1];
    const host = /inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"/.exec(line);
    if (port !== undefined) found.add(`${host?.[1] ?? host?.[2]}:${port}`);
  }
  return found;
}

it('the agent connects to its configured devices and receivers, and to nothing else', async () => {
  const [modbus, opcua, broker, web] = [await peer(), await peer(), await peer(), await peer()];
  const site = join(directory, 'site.yaml');
  writeFileSync(
    site,
    `site: { id: a, name: a, timezone: UTC }
journal: { directory: ./data }
page: { port: 0 }
sources:
  - { id: plc, kind: modbus, transport: { kind: tcp, host: 127.0.0.1, port: ${modbus} } }
  - { id: dcs, kind: opcua, endpoint: "opc.tcp://127.0.0.1:${opcua}" }
points:
  - { id: T, source: plc, address: "holding:0 uint16", kind: temperature, unit: °C }
  - { id: P, source: dcs, address: "nsu=urn:x;s=P", kind: pressure, unit: kPa }
receivers:
  - { id: park, transport: { kind: mqtt, url: "mqtt://127.0.0.1:${broker}" }, profile: firewatch-json }
  - { id: county, transport: { kind: https, url: "http://127.0.0.1:${web}/in" }, profile: firewatch-json }
`,
  );
  const trace = join(directory, 'trace');
  const watched = ['-f', '-qq', '-e', 'trace=connect,sendto,sendmsg,sendmmsg', '-o', trace];
  const agent = spawn('strace', [...watched, process.execPath, main, 'run', site, '--drain', '100ms'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let words = '';
  agent.stderr.on('data', (chunk: Buffer) => {
    words += chunk.toString();
  });
  const gone = once(agent, 'exit');
  const seen = (): ReadonlySet<string> => (existsSync(trace) ? targets(readFileSync(trace, 'utf8')) : new Set());
  const configured = [modbus, opcua, broker, web].map((port) => `127.0.0.1:${port}`);
  const beat = join(directory, 'data', 'heartbeat.json');
  try {
    await until('every configured peer was called', () =>
      agent.exitCode !== null || configured.every((target) => seen().has(target)) ? true : undefined,
    );
    if (agent.exitCode !== null) throw new Error(`the agent ended: ${words}`);
    // Whatever a library does once it has started, it has done after another heartbeat.
    const first = existsSync(beat) ? statSync(beat).mtimeMs : 0;
    await until('another heartbeat', () => (existsSync(beat) && statSync(beat).mtimeMs > first ? true : undefined));
  } finally {
    const pid = existsSync(beat) ? (JSON.parse(readFileSync(beat, 'utf8')) as { readonly pid: number }).pid : undefined;
    if (pid === undefined) agent.kill('SIGKILL');
    else process.kill(pid, 'SIGTERM');
    await gone;
  }
  expect([...seen()].toSorted()).toEqual(configured.toSorted());
}, 300_000);
