import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface JsonChild<Line> {
  readonly pid: number;
  /** The first line that it prints. */
  readonly first: Promise<Line>;
  readonly stop: () => Promise<void>;
}

/** A script in its own process that prints lines of JSON objects; whatever else it prints is passed over. */
export function startScript<Line>(
  script: URL,
  args: readonly string[],
  onLine: (line: Line) => void = () => {},
): JsonChild<Line> {
  const child = spawn(process.execPath, [script.pathname, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const first = new Promise<Line>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (text) => {
      // node-opcua announces on standard output, the first time on a machine, that it makes a certificate.
      if (!text.startsWith('{')) return;
      const line = JSON.parse(text) as Line;
      resolve(line);
      onLine(line);
    });
    child.once('exit', (code) => reject(new Error(`${script.pathname} ended with ${code}`)));
  });
  return {
    pid: child.pid ?? 0,
    first,
    stop: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
