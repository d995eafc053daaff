import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { compiledFolder } from '../keep-compiled.ts';

const mainFile = fileURLToPath(new URL('../main.ts', import.meta.url));
const KEPT_STDERR_LINES = 20;
/** As in the Dockerfile: with V8's default the young generation alone takes 64 MB at ten thousand values a second. */
const HEAP_FLAGS = ['--max-semi-space-size=8'];
const SPARING = { MALLOC_ARENA_MAX: '2', NODE_COMPILE_CACHE: compiledFolder };

export interface CommandChild {
  readonly pid: number;
  /** The last lines that it wrote on standard error, to explain an early end. */
  readonly lastWords: () => string;
  /** Resolves when the process is gone. */
  readonly gone: Promise<unknown>;
  readonly isGone: () => boolean;
  /** SIGTERM, and SIGKILL where that does not help in time. */
  readonly stop: (withinMs: number) => Promise<void>;
}

/** Runs a `firewatch` command as its own process and hands over each JSON line that it prints. */
export function startCommand(
  args: readonly string[],
  onLine: (line: unknown) => void,
  env: Readonly<Record<string, string>> = {},
): CommandChild {
  const child = spawn(process.execPath, [...(args[0] === 'run' ? HEAP_FLAGS : []), mainFile, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...SPARING, ...process.env, ...env },
  });
  const words: string[] = [];
  let isGone = false;
  child.once('exit', () => {
    isGone = true;
  });
  const gone = once(child, 'exit');
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) onLine(JSON.parse(line));
  });
  createInterface({ input: child.stderr }).on('line', (line) => {
    words.push(line);
    if (words.length > KEPT_STDERR_LINES) words.shift();
  });
  return {
    pid: child.pid ?? 0,
    lastWords: () => words.join('\n'),
    gone,
    isGone: () => isGone,
    stop: async (withinMs) => {
      child.kill('SIGTERM');
      const last = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await gone;
      clearTimeout(last);
    },
  };
}
