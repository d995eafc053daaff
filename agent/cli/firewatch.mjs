#!/usr/bin/env node
// The `firewatch` bin. Any Node from 20 on may start it; it hands over to the Node that the project pins, which runs
// TypeScript as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const pinned = fileURLToPath(new URL('../../node_modules/node/bin/node', import.meta.url));
const main = fileURLToPath(new URL('./main.ts', import.meta.url));
const compiled = fileURLToPath(new URL('../../node_modules/.cache/firewatch', import.meta.url));

if (process.features.typescript) await import('./main.ts');
else if (existsSync(pinned)) handOver();
else {
  console.error('firewatch: not installed yet. Run this in the folder of its package.json, then try again: npm ci');
  process.exitCode = 2;
}

function handOver() {
  const child = spawn(pinned, ['--max-semi-space-size=8', main, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: compiled, ...process.env },
  });
  // The terminal sends Ctrl-C to both; this process waits for the other's own end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => {
    process.exitCode = code ?? (signal ? 1 : 0);
  });
}
